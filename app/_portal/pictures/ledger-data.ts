/** Rows of a ledger picture: totals by currency, and postings by account. Pure; minor units throughout. */
import type { Picture } from '../../../server/domain/picture.ts';
import type { Locale } from '../../../server/domain/text.ts';
import { cellText, minorDigits, textAt, toMinor, toNumber, type Row } from './cells.ts';

export type LedgerPicture = Extract<Picture, { kind: 'ledger' }>;

export interface LedgerLine {
  readonly account: string;
  readonly label: string;
  readonly debit: bigint;
  readonly credit: bigint;
  readonly balance: bigint;
  readonly at: unknown;
  readonly text: string;
}

/** Amounts of one currency; they are never summed over several. */
export interface LedgerBook {
  /** Empty where the ledger does not tell it. */
  readonly currency: string;
  readonly digits: number;
  readonly lines: readonly LedgerLine[];
  readonly debit: bigint;
  readonly credit: bigint;
}

/** The rows by currency, in the order in which the currencies first appear. */
export function booksOf(picture: LedgerPicture, rows: readonly Row[], locale: Locale): readonly LedgerBook[] {
  const books = new Map<string, { digits: number; lines: LedgerLine[] }>();
  for (const row of rows) {
    const currency = picture.currency === null ? '' : cellText(row[picture.currency], {}, locale);
    const told = picture.digits === null ? null : toNumber(row[picture.digits]);
    const book = books.get(currency) ?? { digits: told ?? minorDigits(currency), lines: [] };
    book.lines.push(lineOf(picture, row, locale));
    books.set(currency, book);
  }
  return Array.from(books, ([currency, { digits, lines }]) => ({ currency, digits, lines, ...totalsOf(lines) }));
}

function lineOf(picture: LedgerPicture, row: Row, locale: Locale): LedgerLine {
  const [debit, credit] = [toMinor(row[picture.debit]), toMinor(row[picture.credit])];
  return {
    account: cellText(row[picture.account], {}, locale),
    label: textAt(row, picture.label, picture.words, locale),
    debit,
    credit,
    balance: picture.balance === null ? debit - credit : toMinor(row[picture.balance]),
    at: picture.at === null ? null : row[picture.at],
    text: textAt(row, picture.text, picture.words, locale),
  };
}

function totalsOf(lines: readonly LedgerLine[]): { debit: bigint; credit: bigint } {
  return {
    debit: lines.reduce((sum, line) => sum + line.debit, 0n),
    credit: lines.reduce((sum, line) => sum + line.credit, 0n),
  };
}

export interface TAccount {
  readonly account: string;
  readonly label: string;
  readonly debits: readonly LedgerLine[];
  readonly credits: readonly LedgerLine[];
  readonly debit: bigint;
  readonly credit: bigint;
}

/** Postings of one currency as T-accounts, in the order in which the accounts first appear. */
export function tAccountsOf(book: LedgerBook): readonly TAccount[] {
  const accounts = new Map<string, LedgerLine[]>();
  for (const line of book.lines) accounts.set(line.account, [...(accounts.get(line.account) ?? []), line]);
  return Array.from(accounts, ([account, lines]) => ({
    account,
    label: lines.find(({ label }) => label !== '')?.label ?? '',
    debits: lines.filter(({ debit }) => debit !== 0n),
    credits: lines.filter(({ credit }) => credit !== 0n),
    ...totalsOf(lines),
  }));
}
