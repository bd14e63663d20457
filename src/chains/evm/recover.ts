/** Who made a signature. */
import type { Address } from 'viem';

/** Whom viem recovers; `null` for numbers that are no point of the curve, which no key can have signed. */
export async function orNobody(recovering: Promise<Address>): Promise<Address | null> {
  return await recovering.catch((error: unknown) => {
    if (error instanceof Error) return null;
    throw error;
  });
}
