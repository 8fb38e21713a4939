'use client';

import { Info } from 'lucide-react';
import { RadioGroup } from 'radix-ui';
import { useId, type ReactNode } from 'react';
import { cx } from './cx.ts';

export interface PlanColumn {
  readonly code: string;
  readonly price: ReactNode;
  /** Why it cannot be chosen; said below the table. */
  readonly disabledReason?: string | undefined;
}

export interface PlanTableProps {
  readonly label: string;
  readonly plans: readonly PlanColumn[];
  /** Quotas, each with a value per plan code. */
  readonly rows: readonly { readonly label: string; readonly values: Readonly<Record<string, ReactNode>> }[];
  readonly value: string;
  readonly onValueChange: (code: string) => void;
}

function columnClass(chosen: boolean, off: boolean): string {
  return cx(chosen ? 'border-x-line-2 bg-hover' : 'border-x-transparent', off && 'text-ink-3');
}

/** Plans side by side; the chosen column stands out and its head is the radio button. */
export function PlanTable({ label, plans, rows, value, onValueChange }: PlanTableProps) {
  const id = useId();
  const refused = plans.filter((plan) => plan.disabledReason !== undefined);
  return (
    <>
      <RadioGroup.Root
        aria-label={label}
        value={value}
        onValueChange={onValueChange}
        orientation="horizontal"
        className="overflow-x-auto"
      >
        <table className="w-full min-w-[560px] table-fixed border-separate border-spacing-0 text-13">
          <caption className="sr-only">{label}</caption>
          <thead>
            <tr>
              <th scope="col" className="w-40">
                <span className="sr-only">{label}</span>
              </th>
              {plans.map((plan) => {
                const off = plan.disabledReason !== undefined;
                return (
                  <th
                    key={plan.code}
                    scope="col"
                    className={cx(
                      'rounded-t-md border-x border-t p-0 text-left',
                      plan.code === value ? 'border-t-line-2' : 'border-t-transparent',
                      columnClass(plan.code === value, off),
                    )}
                  >
                    <span className="flex h-12 items-center gap-2 px-3">
                      <RadioGroup.Item id={`${id}${plan.code}`} value={plan.code} disabled={off} className="radio" />
                      <label htmlFor={`${id}${plan.code}`} className="flex-1">
                        <span className="block text-14 leading-4 font-semibold">{plan.code}</span>
                        <span className="num block text-12 font-normal whitespace-nowrap text-ink-3">{plan.price}</span>
                      </label>
                    </span>
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={row.label}>
                <th
                  scope="row"
                  className="h-8 border-t border-line py-1.5 pr-3 text-left align-top font-normal text-ink-2"
                >
                  {row.label}
                </th>
                {plans.map((plan) => {
                  const chosen = plan.code === value;
                  const isLast = index === rows.length - 1;
                  return (
                    <td
                      key={plan.code}
                      className={cx(
                        'num h-8 border-x border-t border-t-line px-3 py-1.5 align-top',
                        columnClass(chosen, plan.disabledReason !== undefined),
                        chosen && isLast && 'rounded-b-md border-b border-b-line-2',
                      )}
                    >
                      {row.values[plan.code]}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </RadioGroup.Root>
      {refused.map((plan) => (
        <p key={plan.code} className="mt-2 flex items-start gap-1.5 text-12 text-ink-3">
          <Info className="mt-px size-[13px]" />
          {plan.disabledReason}
        </p>
      ))}
    </>
  );
}
