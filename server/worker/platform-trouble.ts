/** Failures that are no verdict on a step: the platform's own database or the engine's state was away. Somebody may go on later. */
import { FencedError } from '../../provisioners/engine/port.ts';
import { Prisma } from '../../prisma/generated/client.ts';
import { FencedOut, PlatformTrouble } from './holder.ts';

/** The engine itself could not go on: its state's database was away, or a higher fence came. No verdict on program or resources. */
export class EngineTrouble extends Error {
  override readonly name = 'EngineTrouble';
}

export function isOfPlatform(error: unknown): boolean {
  return (
    error instanceof EngineTrouble ||
    error instanceof PlatformTrouble ||
    error instanceof Prisma.PrismaClientKnownRequestError ||
    error instanceof Prisma.PrismaClientUnknownRequestError ||
    error instanceof Prisma.PrismaClientInitializationError ||
    error instanceof Prisma.PrismaClientRustPanicError
  );
}

/** Another worker has taken the run or its stack, or the run is over. */
export function isFenced(error: unknown): boolean {
  return error instanceof FencedOut || error instanceof FencedError;
}

/** Calls the engine for what it answers with an error instead of a result: its state's database was away then. */
export async function ofEngine<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (isFenced(error)) throw error;
    throw new EngineTrouble(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
