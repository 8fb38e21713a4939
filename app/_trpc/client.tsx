'use client';
/** The API in the browser: queries and mutations in batches, subscriptions over server-sent events. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink, TRPCClientError } from '@trpc/client';
import { createTRPCContext } from '@trpc/tanstack-react-query';
import { useState, type ReactNode } from 'react';
import superjson from 'superjson';
import type { AppRouter } from '@/server/api/root.ts';
import type { Fault } from '@/server/domain/faults.ts';
import type { LocalText } from '@/server/domain/text.ts';

const context = createTRPCContext<AppRouter>();
export const { useTRPC, useTRPCClient } = context;

const URL_PATH = '/api/trpc';

function createClient() {
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === 'subscription',
        true: httpSubscriptionLink({ url: URL_PATH, transformer: superjson }),
        false: httpBatchLink({ url: URL_PATH, transformer: superjson, maxItems: 10 }),
      }),
    ],
  });
}

function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // What the server refused with a fault stays refused; only a broken connection is worth another try.
        retry: (failures, error) => failures < 2 && describeError(error) === null,
      },
      mutations: { retry: false },
    },
  });
}

export function TrpcProvider({ children }: { readonly children: ReactNode }) {
  const [queryClient] = useState(createQueryClient);
  const [trpcClient] = useState(createClient);
  return (
    <QueryClientProvider client={queryClient}>
      <context.TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
        {children}
      </context.TRPCProvider>
    </QueryClientProvider>
  );
}

export interface ApiError {
  readonly fault: Fault;
  readonly requestId: string;
  readonly message: LocalText;
}

/** What the server said of a failure; null when it said nothing (no connection, an answer that is not ours). */
export function describeError(error: unknown): ApiError | null {
  if (!(error instanceof TRPCClientError)) return null;
  const data = (error as TRPCClientError<AppRouter>).data;
  return data ? { fault: data.fault, requestId: data.requestId, message: data.message } : null;
}
