/** How many execution environments there are, and for how long. */
import type { LambdaOptions } from '../../../local/lambda/service.ts';
import { ManualClock } from '../../support/clocks.ts';
import { type Functions, functionSpec, startFunctions } from './support.ts';

describe('execution environments', () => {
  const clock = new ManualClock();
  const idleClock = new ManualClock();
  let functions: Functions;
  afterEach(() => functions.lambda.stop());

  const start = (options: Partial<LambdaOptions>, names = ['scripted']) => {
    const specs = names.map((functionName) => functionSpec('scripted', { functionName }));
    functions = startFunctions(clock, specs, { idleClock, ...options });
    return functions.lambda;
  };
  const names = () => functions.lambda.environments().map(({ functionName }) => functionName);

  it('end after ten idle minutes, each from its own last use', async () => {
    const lambda = start({}, ['first', 'second']);
    await lambda.invoke('first', {});
    await lambda.invoke('second', {});
    idleClock.advance(6 * 60_000);
    await lambda.invoke('second', {});
    idleClock.advance(4 * 60_000);
    expect(names()).toEqual(['second']);
    idleClock.advance(6 * 60_000);
    expect(names()).toEqual([]);
    // The next invocation starts a new one.
    expect(await lambda.invoke('first', {})).toMatchObject({ ok: true });
  });

  it('that are busy do not end', async () => {
    const lambda = start({});
    const hanging = lambda.invoke('scripted', { script: { do: 'hang' } });
    await functions.events.next();
    idleClock.advance(24 * 3_600_000);
    expect(names()).toEqual(['scripted']);
    clock.advance(60_000);
    expect(await hanging).toMatchObject({ failure: 'timeout' });
  });

  it('that were idle longest make room for another function, when there are too many', async () => {
    const lambda = start({ maxProcesses: 2 }, ['first', 'second', 'third']);
    for (const name of ['first', 'second', 'first', 'third']) await lambda.invoke(name, {});
    expect(names().sort()).toEqual(['first', 'third']);
  });

  it('that are all busy are waited for: no invocation is lost, and no process too many is started', async () => {
    const lambda = start({ maxProcesses: 2 }, ['first', 'second', 'third']);
    const most: number[] = [];
    const burst = Array.from({ length: 60 }, async (_, n) => {
      const result = await lambda.invoke(['first', 'second', 'third'][n % 3] ?? '', {});
      most.push(lambda.environments().length);
      return result.ok;
    });
    expect(await Promise.all(burst)).toEqual(Array(60).fill(true));
    expect(Math.max(...most)).toBeLessThanOrEqual(2);
  });
});
