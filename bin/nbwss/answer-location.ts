/** Answers whose body is more than one answer of the API can carry: it is read where the API says. */
import { fetchFromServer } from './api-client.ts';

/** For 64 MB over a slow line. */
const TIMEOUT_MS = 600_000;

/**
 * The body, without any header of ours: S3 is to get neither our key nor NetBackup's credential.
 * @throws Error in one sentence
 */
export const fetchLocation = async (url: string): Promise<Response> => {
  const response = await fetchFromServer(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (response.ok) return response;
  await response.body?.cancel();
  throw new Error(
    `The response is stored, but cannot be read: ${new URL(url).origin} answered ${response.status}.`,
  );
};

/** The answer of the proxy, or the body to which it leads. A redirection of NetBackup itself is an answer. */
export const followLocation = async (response: Response): Promise<Response> => {
  if (response.status !== 303) return response;
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) return response;
  const { code } = (await response.json()) as { code?: unknown };
  const location = response.headers.get('location');
  if (code !== 'answer-elsewhere' || location === null)
    throw new Error('The API answered 303 without telling where the response is.');
  return fetchLocation(location);
};
