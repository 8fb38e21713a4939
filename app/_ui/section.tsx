import { useId, type ReactNode } from 'react';

export interface SectionProps {
  readonly title: string;
  readonly hint?: ReactNode;
  readonly children: ReactNode;
  /** Anchor on the page. */
  readonly id?: string;
}

/** A part of a form: name left (164 px), fields right, a line below. */
export function Section({ title, hint, children, id }: SectionProps) {
  const titleId = useId();
  return (
    <section
      {...(id !== undefined && { id })}
      aria-labelledby={titleId}
      className="grid gap-x-6 gap-y-3 border-b border-line px-4 py-5 lg:grid-cols-[164px_minmax(0,1fr)] lg:px-6"
    >
      <div>
        <h2 id={titleId} className="text-14">
          {title}
        </h2>
        {hint !== undefined && <p className="mt-1 text-12 text-ink-3">{hint}</p>}
      </div>
      <div className="min-w-0">{children}</div>
    </section>
  );
}
