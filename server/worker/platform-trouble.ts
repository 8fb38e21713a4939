/** Failures that are no verdict on a step: the platform's own database or the engine's state was away. Somebody may go on later. */
import { FencedError } from '../../provisioners/engine/port.ts';
import { Prisma } from '../../prisma/generated/client.ts';
import { FencedOut } from './holder.ts';

/** The engine itself could not go on: its state's database was away, or a higher fence came. No verdict on program or resources. */
export class EngineTrouble extends Error {
  override readonly name = 'EngineTrouble';
}

export function isOfPlatform(error: unknown): boolean {
  return (
    error instanceof EngineTrouble ||
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
