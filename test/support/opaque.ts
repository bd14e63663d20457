/** Code that nobody can read: it answers 1, unless an argument tells it where to jump. */
import type { Hex } from 'viem';

export const OPAQUE_CODE: Hex = '0x60043563feedface1460243557600160005260206000f3';
