/** Starts `worker.ts`: a thread does not take over how its parent reads TypeScript. */
import { register } from 'tsx/esm/api';

register();
await import('./worker.ts');
