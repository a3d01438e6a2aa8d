import type { Job } from '../../../../netbackup/simulator/domain/types.ts';
import { contents, FakeNetwork, job } from './fake-network.ts';
import { restHarness } from './rest-harness.ts';

const backup = (policyName: string, clientName?: string) => ({
  data: { type: 'manualBackupRequest', attributes: { policyName, ...(clientName && { clientName }) } },
});

async function started(policyName = 'files-daily', clientName = 'linux01.example.com') {
  const harness = restHarness();
  const { status, body } = await harness.json('POST', '/admin/manual-backup', {
    body: backup(policyName, clientName),
  });
  expect(status).toBe(202);
  const id: string = body.data[0].id;
  const show = (): Job => harness.primary.catalog.job(Number(id)) ?? fail();
  const act = async (action: string): Promise<number> =>
    (await harness.json('POST', `/admin/jobs/${id}/${action}`)).status;
  /** Advances the clock until the job has this state. */
  const until = (state: string): void => {
    for (let second = 0; show().state !== state; second++) {
      if (second > 36_000) throw new Error(`the job never became ${state}`);
      harness.clock.advance(1000);
    }
  };
  return { ...harness, id, show, act, until };
}

function fail(): never {
  throw new Error('no such job');
}

describe('manual-backup', () => {
  it('runs a policy for one client, and creates its image', async () => {
    const { show, until, primary } = await started();
    expect(show()).toMatchObject({ state: 'QUEUED', policyName: 'files-daily', scheduleType: 'ST_DIFF' });
    until('ACTIVE');
    until('DONE');
    expect(show().status).toBe(0);
    const { clientName, startTime } = show();
    expect(primary.catalog.image(`${clientName}_${startTime}`)).toMatchObject({ policyName: 'files-daily' });
  });

  it.each([
    [backup('no-such-policy'), 404],
    [backup('files-daily', 'no-such-client'), 404],
    [{ data: { attributes: { policyName: 'files-daily', scheduleName: 'hourly' } } }, 400],
    [{ data: {} }, 400],
    [{}, 400],
  ])('refuses %j with %i', async (body, status) => {
    const { json } = restHarness();
    expect((await json('POST', '/admin/manual-backup', { body })).status).toBe(status);
  });
});

describe('job actions', () => {
  it('cancel: DONE with status 150, the whole tree', async () => {
    const { act, show, until, clock, primary } = await started('vm-daily', 'vm01');
    until('ACTIVE');
    while (primary.catalog.jobs().length < 3) clock.advance(1000);
    expect(await act('cancel')).toBe(202);
    expect(primary.catalog.jobs().map(({ state, status }) => `${state} ${status}`)).toEqual(
      Array(3).fill('DONE 150'),
    );
    expect(await act('cancel')).toBe(409);
    clock.advance(3_600_000);
    expect(primary.catalog.jobs()).toHaveLength(3);
    expect(primary.catalog.images()).toEqual([]);
    expect(show().endTime).toBeDefined();
  });

  it('suspend pauses a job, resume continues it', async () => {
    const reference = await started();
    reference.until('DONE');
    const { startTime, endTime = 0 } = reference.show();
    const { act, show, until, clock } = await started();
    expect(await act('suspend')).toBe(409);
    until('ACTIVE');
    clock.advance(60_000);
    expect(await act('suspend')).toBe(202);
    clock.advance(7200_000);
    expect(show().state).toBe('SUSPENDED');
    expect(await act('resume')).toBe(202);
    until('DONE');
    expect((show().endTime ?? 0) - show().startTime).toBe(endTime - startTime + 7200);
  });

  it('restart: a new job after the end of the old one', async () => {
    const { act, until, primary, show } = await started();
    expect(await act('restart')).toBe(409);
    until('DONE');
    expect(await act('restart')).toBe(202);
    const again = primary.catalog.jobs().at(-1);
    expect(again?.jobId).not.toBe(show().jobId);
    expect(again).toMatchObject({
      state: 'QUEUED',
      policyName: 'files-daily',
      clientName: show().clientName,
    });
  });

  it('404 for an unknown job', async () => {
    const { json } = restHarness();
    expect((await json('POST', '/admin/jobs/5/cancel')).status).toBe(404);
  });

  it('the primary is not idle before a change is published', async () => {
    const network = new FakeNetwork();
    const primary = network.primary([network.details('a.example.com')]);
    primary.notify([job(7)]);
    network.seconds(5);
    await primary.idle();
    primary.catalog.putJob({ ...(primary.catalog.job(7) ?? fail()), state: 'DONE', status: 150 });
    let isIdle = false;
    const idle = primary.idle().then(() => {
      isIdle = true;
    });
    await Promise.resolve();
    expect(isIdle).toBe(false);
    network.seconds(20);
    await idle;
    expect(network.endpoint('a.example.com').notifications()).toHaveLength(2);
  });

  it('suspend and resume are published: QUEUED, and ACTIVE again', () => {
    const network = new FakeNetwork();
    const endpoint = network.endpoint('a.example.com');
    const primary = network.primary([network.details('a.example.com')]);
    primary.notify([job(7, 'ACTIVE')]);
    network.seconds(20);
    const { key } = primary.rest.sessions.createApiKey('backupadmin');
    const headers = { 'Content-Type': 'application/vnd.netbackup+json;version=14.0', Authorization: key };
    for (const action of ['suspend', 'resume']) {
      endpoint.current.command(action, `/netbackup/admin/jobs/7/${action}`, {
        method: 'POST',
        headers,
        parameters: '',
      });
      network.seconds(20);
    }
    const states = endpoint
      .notifications()
      .map(({ payload }) => (payload as { data: { state: string }[] }[])[0]?.data[0]?.state);
    expect(states).toEqual(['ACTIVE', 'QUEUED', 'ACTIVE']);
  });

  it('changes through the API are published', () => {
    const network = new FakeNetwork();
    const endpoint = network.endpoint('a.example.com');
    const primary = network.primary([network.details('a.example.com')]);
    primary.notify([job(7)]);
    network.seconds(5);
    const { key } = primary.rest.sessions.createApiKey('backupadmin');
    const headers = { 'Content-Type': 'application/vnd.netbackup+json;version=14.0', Authorization: key };
    endpoint.current.command('C', '/netbackup/admin/jobs/7/cancel', {
      method: 'POST',
      headers,
      parameters: '',
    });
    network.seconds(20);
    expect(endpoint.notifications().map(contents)).toEqual(['JOB 7', 'JOB 7']);
    expect(endpoint.notifications()[1]).toMatchObject({
      payload: [{ data: [{ state: 'DONE', status: 150 }] }],
    });
  });
});
