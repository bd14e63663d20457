/** What `decode` gives; `null` where the bytes are not what they claim to be. */
export function decodeOrNull<T>(decode: () => T): T | null {
  try {
    return decode();
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}
