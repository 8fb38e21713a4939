import type { NextConfig } from 'next';
import createNextIntlPlugin from 'next-intl/plugin';

/** Headers that are the same for every answer, static files included; the policy with its nonce is written by proxy.ts. */
const SECURITY_HEADERS = [
  { key: 'x-content-type-options', value: 'nosniff' },
  { key: 'referrer-policy', value: 'strict-origin-when-cross-origin' },
  {
    key: 'permissions-policy',
    value: 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()',
  },
  { key: 'cross-origin-opener-policy', value: 'same-origin' },
  { key: 'cross-origin-resource-policy', value: 'same-origin' },
  { key: 'x-frame-options', value: 'DENY' },
];

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  typedRoutes: true,
  // `npm run check` judges the types of the whole tree; a customer's first start does not wait for it.
  typescript: { ignoreBuildErrors: true },
  // The supervisor prints one address, people type the other.
  allowedDevOrigins: ['localhost', '127.0.0.1'],
  // Native bindings and generated code that a bundler must not rewrite.
  serverExternalPackages: ['@prisma/client', '@prisma/adapter-pg', 'pg', 'pg-boss', 'pino'],
  // Browsers ask for it by its old name where a page's head has not arrived yet.
  rewrites: () => Promise.resolve([{ source: '/favicon.ico', destination: '/icon.svg' }]),
  headers: () => Promise.resolve([{ source: '/:path*', headers: SECURITY_HEADERS }]),
};

export default createNextIntlPlugin('./app/_i18n/request.ts')(config);
