/** The product's mark: four plots, each used differently. */
export function Mark() {
  return (
    <svg aria-hidden width="20" height="20" viewBox="0 0 20 20" className="shrink-0">
      <rect x="1" y="1" width="8" height="8" rx="1.5" fill="var(--ink)" />
      <rect x="11.75" y="1.75" width="6.5" height="6.5" rx="1" fill="none" stroke="var(--ink)" strokeWidth="1.5" />
      <rect x="1.75" y="11.75" width="6.5" height="6.5" rx="1" fill="none" stroke="var(--ink)" strokeWidth="1.5" />
      <rect x="11" y="11" width="8" height="8" rx="1.5" fill="var(--ink)" opacity="0.35" />
    </svg>
  );
}
