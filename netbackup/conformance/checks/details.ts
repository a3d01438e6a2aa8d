import { fetchShown } from '../../doctor/certificate.ts';
import { addressOf } from '../../doctor/reach.ts';
import { Breach } from '../breach.ts';
import type { Check } from '../check.ts';
import type { World } from '../world.ts';

/** What the doctor's examination of the details says about a clause. */
const examined = (clause: string, holds: (world: World) => string): Check => ({
  clause,
  run: async (world) => {
    const trouble = world.detailsTrouble[clause];
    return trouble === undefined ? holds(world) : { limited: trouble };
  },
});

export const detailsChecks: readonly Check[] = [
  examined('EPT-1', () => 'token, priority, groupId, hostName, url'),
  examined('EPT-2', () => 'one JSON object'),
  examined('EPT-3', ({ details }) => details.url),
  {
    clause: 'EPT-5',
    run: async ({ details, limits }) => {
      const address = addressOf(new URL(details.url));
      const prints: string[] = [];
      try {
        for (let time = 0; time < 2; time++) {
          const { certificate } = await fetchShown(address, [], limits.openMs);
          prints.push(certificate.fingerprint256);
        }
      } catch (error) {
        throw new Breach(`no certificate could be fetched: ${(error as Error).message}`);
      }
      if (prints[0] !== prints[1]) throw new Breach(`first ${prints[0]}, then ${prints[1]}`);
      return `twice ${prints[0]}`;
    },
  },
];
