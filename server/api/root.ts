import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { accountRouter } from './routers/account.ts';
import { approvalsRouter } from './routers/approvals.ts';
import { auditRouter } from './routers/audit.ts';
import { catalogueRouter } from './routers/catalogue.ts';
import { eventsRouter } from './routers/events.ts';
import { keysRouter } from './routers/keys.ts';
import { ordersRouter } from './routers/orders.ts';
import { organisationsRouter } from './routers/organisations.ts';
import { peopleRouter } from './routers/people.ts';
import { previewsRouter } from './routers/previews.ts';
import { priceBooksRouter } from './routers/price-books.ts';
import { quotesRouter } from './routers/quotes.ts';
import { runsRouter } from './routers/runs.ts';
import { targetsRouter } from './routers/targets.ts';
import { tenantsRouter } from './routers/tenants.ts';
import { tokensRouter } from './routers/tokens.ts';
import { createCallerFactory, router } from './trpc.ts';

export const appRouter = router({
  account: accountRouter,
  approvals: approvalsRouter,
  audit: auditRouter,
  catalogue: catalogueRouter,
  events: eventsRouter,
  keys: keysRouter,
  orders: ordersRouter,
  organisations: organisationsRouter,
  people: peopleRouter,
  previews: previewsRouter,
  priceBooks: priceBooksRouter,
  quotes: quotesRouter,
  runs: runsRouter,
  targets: targetsRouter,
  tenants: tenantsRouter,
  tokens: tokensRouter,
});

export type AppRouter = typeof appRouter;
export type RouterInputs = inferRouterInputs<AppRouter>;
export type RouterOutputs = inferRouterOutputs<AppRouter>;
export const createCaller = createCallerFactory(appRouter);
