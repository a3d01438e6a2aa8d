/** Refuses requests that are not for the tunnel, or that a page of another site sent. Pure. */
import { HttpProblem } from '../../../lambdas/platform/errors.ts';
import { type Origin, refusedFor } from '../../../local/origin.ts';

/**
 * A web page must not use our key.
 * @param names in lower case
 * @throws HttpProblem 403, 421
 */
export const checkOrigin = (from: Origin, names: ReadonlySet<string>): void => {
  const why = refusedFor(from, { names });
  if (why === 'host') {
    const detail = `${JSON.stringify(from.host?.slice(0, 255))} is not a host name of this tunnel. Start the tunnel with --name for each additional name.`;
    throw new HttpProblem(421, 'host-not-known', detail);
  }
  if (why === 'origin') {
    const detail = 'Pages of other sites may not call NetBackup through this tunnel.';
    throw new HttpProblem(403, 'origin-not-allowed', detail);
  }
};
