import { cx } from './cx.ts';
import { Scroller } from './scroller.tsx';
import { tokenizeJson, type JsonTokenKind } from './json-tokens.ts';

const COLOR = {
  key: 'text-link',
  string: 'text-ok',
  literal: 'text-ink',
  plain: 'text-ink-2',
} as const satisfies Record<JsonTokenKind, string>;

/** Coloured JSON, inline: put it into a `pre`. */
export function JsonText({ text }: { readonly text: string }) {
  return tokenizeJson(text).map((token, index) => (
    <span key={`${index} ${token.kind}`} className={COLOR[token.kind]}>
      {token.text}
    </span>
  ));
}

/** A block of JSON that scrolls in its own box. */
export function JsonView({
  text,
  label,
  className,
}: {
  readonly text: string;
  readonly label: string;
  readonly className?: string;
}) {
  return (
    <Scroller label={label} className={cx('overflow-auto', className)}>
      <pre className="p-4 font-mono text-12 leading-5">
        <JsonText text={text} />
      </pre>
    </Scroller>
  );
}
