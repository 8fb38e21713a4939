import Link from 'next/link';
import type { Route } from 'next';
import type { ComponentProps } from 'react';

export interface AppLinkProps extends Omit<ComponentProps<typeof Link>, 'href'> {
  readonly href: string;
}

/**
 * A link whose address is data: navigation, rows, notifications. Pages that write an address out use next/link, which knows the routes.
 * Addresses that start with a scheme leave the portal: a new tab, without referrer rights.
 */
export function AppLink({ href, ...rest }: AppLinkProps) {
  const outside = /^[a-z]+:/i.test(href);
  return <Link href={href as Route} {...(outside ? { target: '_blank', rel: 'noreferrer' } : {})} {...rest} />;
}
