import { fetchServerCertificate } from '../../doctor/check-certificate.ts';
import { addressOf } from '../../doctor/check-network.ts';
import type { Check } from '../check.ts';
import type { EndpointUnderTest } from '../endpoint-under-test.ts';
import { ClauseFailed } from '../errors.ts';

/** Reports the doctor's warning about a clause, if any. */
const detailsCheck = (clause: string, evidence: (endpoint: EndpointUnderTest) => string): Check => ({
  clause,
  run: async (endpoint) => {
    const warning = endpoint.detailsWarnings[clause];
    return warning === undefined ? evidence(endpoint) : { limited: warning };
  },
});

export const detailsChecks: readonly Check[] = [
  detailsCheck('EPT-1', () => 'token, priority, groupId, hostName, url'),
  detailsCheck('EPT-2', () => 'one JSON object'),
  detailsCheck('EPT-3', ({ details }) => details.url),
  {
    clause: 'EPT-5',
    run: async ({ details, limits }) => {
      const address = addressOf(new URL(details.url));
      const fingerprints: string[] = [];
      try {
        for (let time = 0; time < 2; time++) {
          const { certificate } = await fetchServerCertificate(address, [], limits.openMs);
          fingerprints.push(certificate.fingerprint256);
        }
      } catch (error) {
        throw new ClauseFailed(`the certificate could not be read: ${(error as Error).message}`);
      }
      const [first, second] = fingerprints;
      if (first !== second) throw new ClauseFailed(`first ${first}, then ${second}`);
      return `twice ${first}`;
    },
  },
];
