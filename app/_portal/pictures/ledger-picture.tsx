'use client';

import { CircleCheck, CircleX } from 'lucide-react';
import { useLocale, useTimeZone, useTranslations } from 'next-intl';
import { formatDateTime } from '@/app/_ui/format-time.ts';
import { formatCurrencyHead } from '@/app/_ui/format.ts';
import { Scroller } from '@/app/_ui/scroller.tsx';
import { formatMinor, IN_UTC, toInstant, type Row } from './cells.ts';
import {
  booksOf,
  tAccountsOf,
  type LedgerBook,
  type LedgerLine,
  type LedgerPicture as Spec,
  type TAccount,
} from './ledger-data.ts';

/** A trial balance or T-accounts, a currency at a time; says whether debits and credits are equal. */
export function LedgerPicture({ picture, rows }: { readonly picture: Spec; readonly rows: readonly Row[] }) {
  const locale = useLocale();
  return (
    <div className="grid gap-4">
      {booksOf(picture, rows, locale).map((book) => (
        <section key={book.currency} className="grid gap-2">
          <Verdict book={book} />
          {picture.shape === 'balance' ? (
            <TrialBalance book={book} title={picture.title[locale]} />
          ) : (
            <div className="grid gap-4 md:grid-cols-2 2xl:grid-cols-3">
              {tAccountsOf(book).map((account) => (
                <TAccountTable key={account.account} account={account} digits={book.digits} />
              ))}
            </div>
          )}
        </section>
      ))}
    </div>
  );
}

function Verdict({ book }: { readonly book: LedgerBook }) {
  const t = useTranslations('pictures');
  const locale = useLocale();
  const difference = book.debit - book.credit;
  return (
    <p className="flex flex-wrap items-center gap-2 text-13">
      {book.currency !== '' && <span className="font-semibold">{formatCurrencyHead(book.currency, locale)}</span>}
      {difference === 0n ? (
        <span className="flex items-center gap-1.5 text-ok">
          <CircleCheck /> {t('balanced')}
        </span>
      ) : (
        <span className="flex items-center gap-1.5 text-bad">
          <CircleX /> {t('offBy', { amount: formatMinor(difference, book.digits) })}
        </span>
      )}
    </p>
  );
}

/** Zero is an empty cell: a ledger is read by what stands in it. */
const amount = (minor: bigint, digits: number): string => (minor === 0n ? '' : formatMinor(minor, digits));

function TrialBalance({ book, title }: { readonly book: LedgerBook; readonly title: string }) {
  const t = useTranslations('pictures');
  const { lines, digits, debit, credit } = book;
  return (
    <Scroller label={`${title} ${book.currency}`} className="max-h-[480px] overflow-auto">
      <table className="tbl min-w-[480px]" data-row="dense">
        <caption className="sr-only">{title}</caption>
        <thead>
          <tr>
            <th scope="col">{t('account')}</th>
            <th scope="col" className="text-right">
              {t('debit')}
            </th>
            <th scope="col" className="text-right">
              {t('credit')}
            </th>
            <th scope="col" className="text-right">
              {t('balance')}
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.account}>
              <th scope="row">
                {line.account}
                {line.label !== '' && <span className="text-ink-3"> {line.label}</span>}
              </th>
              <td className="num-cell">{amount(line.debit, digits)}</td>
              <td className="num-cell">{amount(line.credit, digits)}</td>
              <td className="num-cell">{formatMinor(line.balance, digits)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr className="border-t border-line-2 font-semibold">
            <th scope="row" className="h-8 bg-transparent text-13 font-semibold text-ink">
              {t('total')}
            </th>
            <td className="num-cell px-3">{formatMinor(debit, digits)}</td>
            <td className="num-cell px-3">{formatMinor(credit, digits)}</td>
            <td className="num-cell px-3">{formatMinor(debit - credit, digits)}</td>
          </tr>
        </tfoot>
      </table>
    </Scroller>
  );
}

function TAccountTable({ account, digits }: { readonly account: TAccount; readonly digits: number }) {
  const t = useTranslations('pictures');
  const { debits, credits } = account;
  const rows = Array.from({ length: Math.max(debits.length, credits.length) }, (_, index) => index);
  return (
    <table className="w-full table-fixed self-start border-collapse text-13">
      <caption className="border-b-2 border-ink-2 pb-1 text-center">
        <span className="id">{account.account}</span> {account.label}
      </caption>
      <thead>
        <tr className="text-12 text-ink-3">
          <th scope="col" className="border-r-2 border-ink-2 px-2 py-0.5 text-left font-medium">
            {t('debit')}
          </th>
          <th scope="col" className="px-2 py-0.5 text-right font-medium">
            {t('credit')}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((index) => (
          <tr key={index}>
            <Posting line={debits[index]} side="debit" digits={digits} />
            <Posting line={credits[index]} side="credit" digits={digits} />
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr className="border-t border-line-2 font-semibold">
          <td className="num border-r-2 border-ink-2 px-2 py-0.5 text-right">{formatMinor(account.debit, digits)}</td>
          <td className="num px-2 py-0.5 text-right">{formatMinor(account.credit, digits)}</td>
        </tr>
      </tfoot>
    </table>
  );
}

function Posting({
  line,
  side,
  digits,
}: {
  readonly line: LedgerLine | undefined;
  readonly side: 'debit' | 'credit';
  readonly digits: number;
}) {
  const locale = useLocale();
  const timeZone = useTimeZone() ?? 'UTC';
  const at = line === undefined ? null : toInstant(line.at, IN_UTC);
  return (
    <td className={`px-2 py-0.5 align-top ${side === 'debit' ? 'border-r-2 border-ink-2' : ''}`}>
      {line !== undefined && (
        <span className="flex flex-wrap items-baseline justify-between gap-x-2">
          <span className="min-w-0 truncate text-12 text-ink-3">
            {line.text !== '' ? line.text : at !== null ? formatDateTime(new Date(at), locale, timeZone) : ''}
          </span>
          <span className="num ml-auto">{formatMinor(line[side], digits)}</span>
        </span>
      )}
    </td>
  );
}
