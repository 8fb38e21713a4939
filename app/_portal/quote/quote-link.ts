/** The link by which a quote was opened, and whether its reader may decide. */
export interface QuoteLink {
  readonly secret: string;
  readonly mayAccept: boolean;
}
