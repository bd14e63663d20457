/**
 * Sign-In with Ethereum: a text by which its signer logs in, read only where it is exactly one.
 *
 * @see https://eips.ethereum.org/EIPS/eip-4361
 * @see https://eips.ethereum.org/EIPS/eip-5573 capabilities in its resources
 */
import {
  createSiweMessage,
  parseSiweMessage,
  SiweInvalidMessageFieldError,
  type SiweMessage,
} from 'viem/siwe';

/** How such a text starts: whoever sees it takes it for one. */
export const SIGN_IN = 'wants you to sign in with your Ethereum account:';

/** The fields of a sign-in; `null` for a text that is not exactly what its fields make. */
export function readSignIn(text: string): SiweMessage | null {
  const { address, chainId, domain, nonce, uri, version, issuedAt, ...rest } =
    parseSiweMessage(text);
  if (address === undefined || chainId === undefined || domain === undefined) return null;
  if (nonce === undefined || uri === undefined || version === undefined) return null;
  if (issuedAt === undefined) return null;
  const times = [issuedAt, rest.expirationTime, rest.notBefore];
  if (times.some((time) => time !== undefined && Number.isNaN(time.getTime()))) return null;
  const fields = { ...rest, address, chainId, domain, nonce, uri, version, issuedAt };
  try {
    return inUtc(createSiweMessage(fields)) === inUtc(text) ? fields : null;
  } catch (error) {
    if (!(error instanceof SiweInvalidMessageFieldError)) throw error;
    return null;
  }
}

/** Its times may be written in several ways. */
const inUtc = (text: string): string =>
  text.replace(/^(Issued At|Expiration Time|Not Before): (.*)$/gm, (line, name, time: string) => {
    const date = new Date(time);
    return Number.isNaN(date.getTime()) ? line : `${name}: ${date.toISOString()}`;
  });
