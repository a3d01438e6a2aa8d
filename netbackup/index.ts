/** A simulated NetBackup primary with NBWSS and a small REST API, as a library for tests: docs/simulator.md. */
export { ASSUMPTION_CHOICES } from './simulator/assumptions.ts';
export { ManualClock } from './simulator/clock.ts';
export { attachLiveOutput } from './simulator/live-output.ts';
export { NetBackupPrimary } from './simulator/primary.ts';
export { QUICK_PROPERTIES } from './simulator/properties.ts';
export { demo } from './simulator/scenarios/demo.ts';
export type { EndpointDetails } from './wire/endpoint-details.ts';
