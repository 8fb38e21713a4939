import { sparkPaths } from './spark-path.ts';

export interface SparkProps {
  /** Oldest first; `null` is a gap and stays one. */
  readonly values: readonly (number | null)[];
  readonly width?: number;
  readonly height?: number;
  /** Past its threshold the line turns; the number beside it says so too. */
  readonly tone?: 'ink' | 'wait' | 'bad';
}

const COLOR = {
  ink: ['var(--ink-3)', 'var(--ink)'],
  wait: ['var(--wait-dot)', 'var(--wait-dot)'],
  bad: ['var(--bad-dot)', 'var(--bad-dot)'],
} as const;

/** A line without axes beside a number and its threshold; the last point is marked. */
export function Spark({ values, width = 120, height = 22, tone = 'ink' }: SparkProps) {
  const { lines, last } = sparkPaths(values, width, height);
  const [line, mark] = COLOR[tone];
  return (
    <svg
      aria-hidden
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      className="max-w-full overflow-visible"
    >
      {lines.map((points) => (
        <polyline
          key={points}
          fill="none"
          stroke={line}
          strokeWidth="1.25"
          strokeLinejoin="round"
          strokeLinecap="round"
          points={points}
        />
      ))}
      {last && <circle cx={last[0]} cy={last[1]} r="2" fill={mark} />}
    </svg>
  );
}
