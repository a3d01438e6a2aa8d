/** Submits the calls of a run, and follows their commands. It continues while another view is open. */
import { effect, signal } from '@preact/signals';
import { forEachInParallel } from '../../../../lambdas/platform/collections.ts';
import { api, result } from '../../api/client.ts';
import { ApiFailure } from '../../api/failure.ts';
import { session } from '../../api/session.ts';
import {
  type Command,
  type Item,
  idempotencyKeyOf,
  openItems,
  type Run,
  stateOf,
  stored,
  withItem,
} from './run.ts';

/** The runs by their ids. */
export const runs = signal<Readonly<Record<string, Run>>>({});
effect(() => {
  if (session.value === null) runs.value = {};
});

const CONCURRENCY = 4;
const POLL_MS = 2_000;
/** How many commands one round reads. */
const POLLED = 24;

const storageKey = (runId: string): string => `nbwss.run.${runId}`;

const keep = (run: Run): void => {
  runs.value = { ...runs.value, [run.runId]: run };
  try {
    sessionStorage.setItem(
      storageKey(run.runId),
      JSON.stringify({ owner: session.value?.name, run: stored(run) }),
    );
  } catch {
    // The browser refuses storage: the results last as long as the page.
  }
};

/** The run, also after a reload of the page; a person does not see the run of another person. */
const findRun = (runId: string): Run | undefined => {
  const known = runs.value[runId];
  if (known) return known;
  try {
    const kept = JSON.parse(sessionStorage.getItem(storageKey(runId)) ?? '') as { owner?: string; run?: Run };
    return kept.owner === session.value?.name ? kept.run : undefined;
  } catch {
    return undefined;
  }
};

const current = (runId: string): Run | undefined => runs.value[runId];

const change = (runId: string, key: string, to: Pick<Item, 'command' | 'refusal'>): void => {
  const run = current(runId);
  if (run) keep(withItem(run, key, to));
};

const submitOne = async (run: Run, item: Item, authorization: string | undefined): Promise<void> => {
  const { groupId, call } = item.target;
  const body = {
    ...call,
    ...(run.credential === 'group' && { credential: 'group' as const }),
    ...(run.credential === 'own' && authorization && { headers: { Authorization: authorization } }),
  };
  try {
    const command: Command = await result(
      api.POST('/v1/groups/{groupId}/commands', {
        params: { path: { groupId }, header: { 'idempotency-key': idempotencyKeyOf(run, item) } },
        body,
      }),
    );
    change(run.runId, item.target.key, { command });
  } catch (error) {
    // Without a response it is not known whether it was accepted: it stays to be submitted, with the same key.
    if (!(error instanceof ApiFailure) || error.status === undefined || error.status === 401) throw error;
    change(run.runId, item.target.key, { refusal: { code: error.code, message: error.message } });
  }
};

/** Runs whose calls are being submitted. */
export const submitting = signal<readonly string[]>([]);

/** Submits calls that were not submitted yet. @param authorization with the credential `own`; it is not stored @throws ApiFailure */
export const submitRun = async (run: Run, authorization: string | undefined): Promise<void> => {
  if (submitting.value.includes(run.runId)) return;
  submitting.value = [...submitting.value, run.runId];
  try {
    keep(run);
    await forEachInParallel(
      run.items.filter((item) => stateOf(item) === 'waiting'),
      (item) => submitOne(run, item, authorization),
      CONCURRENCY,
    );
  } finally {
    submitting.value = submitting.value.filter((runId) => runId !== run.runId);
  }
};

const pollCommand = async (runId: string, { target, command }: Item): Promise<void> => {
  if (!command) return;
  const path = { groupId: target.groupId, commandId: command.commandId };
  const latest = await result(api.GET('/v1/groups/{groupId}/commands/{commandId}', { params: { path } }));
  change(runId, target.key, { command: latest });
};

/** Reads the open commands of a run until there are none. @returns a function that stops */
export const followRun = (runId: string): (() => void) => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;
  let polled = 0;
  const round = async (): Promise<void> => {
    const run = current(runId);
    if (run && document.visibilityState === 'visible') {
      const open = openItems(run);
      const from = open.length > POLLED ? polled % open.length : 0;
      const next = [...open.slice(from), ...open.slice(0, from)].slice(0, POLLED);
      polled += POLLED;
      // A failed round is repeated: the results stay as they are until then.
      await forEachInParallel(next, (item) => pollCommand(runId, item), CONCURRENCY).catch(() => undefined);
    }
    if (!isStopped) timer = setTimeout(() => void round(), POLL_MS);
  };
  void round();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
};

/** Continues a run from before a reload. */
export const resumeRun = (runId: string): Run | undefined => {
  const run = findRun(runId);
  if (run && !current(runId)) runs.value = { ...runs.value, [runId]: run };
  return run;
};
