import { ManualClock, NetBackupPrimary } from '../../../../netbackup/index.ts';
import type { RestAnswer } from '../../../../netbackup/simulator/rest/types.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes.
export type Json = any;

/** A primary's REST API, called without a network. */
export function restHarness(options: ConstructorParameters<typeof NetBackupPrimary>[0] = {}) {
  const clock = new ManualClock();
  const primary = new NetBackupPrimary({ clock, seed: 1, ...options });
  const { key } = primary.rest.sessions.createApiKey('backupadmin');
  const call = (
    method: string,
    path: string,
    over: { body?: unknown; version?: string; authorization?: string | null } = {},
  ): Promise<RestAnswer> => {
    const { body, version = '14.0', authorization = key } = over;
    return primary.rest.call({
      method,
      uri: `/netbackup${path}`,
      headers: {
        'Content-Type': `application/vnd.netbackup+json;version=${version}`,
        ...(authorization !== null && { Authorization: authorization }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  };
  const json = async (...args: Parameters<typeof call>): Promise<{ status: number; body: Json }> => {
    const { status, body } = await call(...args);
    return { status, body: body === '' ? undefined : JSON.parse(body) };
  };
  return { clock, primary, key, call, json };
}
