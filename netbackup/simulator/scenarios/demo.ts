import type { Scenario } from '../scenario.ts';
import { DAY, image, job, ofKind, PRIMARY, T0 } from './items.ts';

const VM = ['vm01', 'VMWARE'] as const;
const CATALOG = ['localhost', 'VMWARE'] as const;
const FILES = ['localhost', 'STANDARD'] as const;

/**
 * The guide's examples with other values, in half a minute: a VMware backup (parent 144, snapshot 145, backup 146), a
 * restore with an empty policy name (147), an image deletion, and an image without a restorable local copy.
 */
export const demo: Scenario = {
  name: 'demo',
  description: 'a VMware backup, a restore, an image deletion, a copy that expired',
  base: T0,
  steps: [
    { at: 1, payload: [ofKind('JOB', job(144, 144, PRIMARY, 0, 'ACTIVE'))] },
    { at: 3, payload: [ofKind('JOB', job(145, 144, 'vm01', 2, 'ACTIVE'))] },
    { at: 5, payload: [ofKind('JOB', job(146, 145, 'vm01', 4, 'ACTIVE'))] },
    { at: 8, payload: [ofKind('IMAGE', image(VM, 4, 7, 'CREATE'), image(VM, 2, 7, 'UPDATE'))] },
    { at: 8, sharesId: true, note: 'TRAP-1', payload: [ofKind('JOB', job(146, 145, 'vm01', 4, 'DONE'))] },
    { at: 10, payload: [ofKind('JOB', job(145, 144, 'vm01', 2, 'DONE'))] },
    {
      at: 10,
      sharesId: true,
      note: 'TRAP-1',
      payload: [ofKind('JOB', job(144, 144, PRIMARY, 0, 'DONE'))],
    },
    {
      at: 11,
      note: 'an overlap: two of its three notifications were sent before, one is new',
      payload: [
        ofKind('JOB', job(146, 145, 'vm01', 4, 'DONE')),
        ofKind('IMAGE', image(VM, 4, 7, 'UPDATE'), image(VM, 2, 7, 'UPDATE')),
      ],
    },
    {
      at: 13,
      note: 'a restore has no policy (NOT-2)',
      payload: [
        ofKind(
          'JOB',
          job(147, 147, PRIMARY, 11, 'DONE', { policyName: '', policyType: 'STANDARD', jobType: 'RESTORE' }),
        ),
      ],
    },
    { at: 15, payload: [ofKind('IMAGE', image(CATALOG, -14 * DAY, 14, 'DELETE'))] },
    {
      at: 17,
      note: 'one batch, one image, one createdTime (NOT-7)',
      payload: [
        ofKind(
          'IMAGE',
          image(FILES, -1800, 16, 'UPDATE'),
          image(FILES, -1800, 16, 'NO_LOCAL_COPY_AVAILABLE'),
        ),
      ],
    },
  ],
};
