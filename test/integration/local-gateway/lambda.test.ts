import type { LambdaOptions } from '../../../local/lambda/service.ts';
import type { FunctionSpec } from '../../../local/types.ts';
import { ManualClock } from '../../support/clocks.ts';
import { arnOf, type Functions, functionSpec, startFunctions } from './support.ts';

describe('the local Lambda', () => {
  const clock = new ManualClock();
  const started: Functions[] = [];
  const start = (specs?: readonly FunctionSpec[], options?: Partial<LambdaOptions>) => {
    const functions = startFunctions(clock, specs, options);
    started.push(functions);
    return functions;
  };
  const payloadOf = async (lambda: Functions['lambda'], script: unknown) => {
    const result = await lambda.invoke('scripted', { script });
    if (!result.ok) throw new Error(result.errorMessage);
    return result.payload as Record<string, unknown>;
  };

  afterEach(async () => {
    await Promise.all(started.splice(0).map(({ lambda }) => lambda.stop()));
  });

  const isAlive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  describe('an invocation', () => {
    it('carries JSON both ways, by name or ARN; undefined becomes null', async () => {
      const { lambda, events } = start();
      const value = { text: 'ü\u2028"\\', list: [1, null, { deep: true }], empty: {} };
      const result = await lambda.invoke(arnOf('scripted'), { script: { do: 'return', value } });
      expect(result).toEqual({ ok: true, payload: value });
      expect(await events.next()).toEqual({ script: { do: 'return', value } });
      expect(await payloadOf(lambda, { do: 'return' })).toBeNull();
    });

    it('has the context and the variables that Lambda gives, and nothing of this process', async () => {
      process.env['LEAKED'] = 'secret';
      const { lambda } = start(
        [functionSpec('scripted', { environment: { OWN: '1', AWS_LAMBDA_FUNCTION_NAME: 'x' } })],
        {
          environmentFor: (spec, id) => ({
            AWS_REGION: 'eu-central-1',
            CALLER: `${spec.functionName}/${id}`,
          }),
        },
      );
      const context = await payloadOf(lambda, { do: 'context' });
      expect(context).toEqual({
        functionName: 'scripted',
        functionVersion: '$LATEST',
        invokedFunctionArn: arnOf('scripted'),
        memoryLimitInMB: '128',
        awsRequestId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f-]{27}$/),
        logGroupName: '/aws/lambda/scripted',
        logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
        remaining: expect.any(Number),
      });
      expect(context['remaining']).toBeGreaterThan(50_000);
      expect(context['remaining']).toBeLessThanOrEqual(60_000);
      const variables = await payloadOf(lambda, { do: 'environment' });
      const [environment] = lambda.environments();
      expect(variables).toMatchObject({
        OWN: '1',
        AWS_REGION: 'eu-central-1',
        CALLER: `scripted/${environment?.environmentId}`,
        AWS_LAMBDA_FUNCTION_NAME: 'scripted',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        TZ: ':UTC',
        _HANDLER: 'index.handler',
      });
      expect(variables).not.toHaveProperty('LEAKED');
    });

    it('runs in the code folder, with a trace id of its own', async () => {
      const { lambda } = start();
      const first = await payloadOf(lambda, { do: 'process' });
      const second = await payloadOf(lambda, { do: 'process' });
      expect(first['cwd']).toBe(functionSpec().codeDir);
      expect(first['trace']).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/);
      expect(second['trace']).not.toBe(first['trace']);
    });

    it('of a function that is not there fails', async () => {
      const { lambda } = start();
      expect(await lambda.invoke('other', {})).toMatchObject({ errorType: 'ResourceNotFoundException' });
    });
  });

  describe('execution environments', () => {
    it('are reused one after the other, and added when all are busy', async () => {
      const { lambda, events } = start();
      const one = await payloadOf(lambda, { do: 'process' });
      const two = await payloadOf(lambda, { do: 'process' });
      expect([two['pid'], two['invocations']]).toEqual([one['pid'], 2]);
      expect(lambda.environments().map(({ busy }) => busy)).toEqual([false]);
      const hanging = [1, 2, 3].map(() => lambda.invoke('scripted', { script: { do: 'hang' } }));
      expect(lambda.inFlight('scripted')).toBe(3);
      for (let n = 0; n < 5; n++) await events.next();
      expect(lambda.environments().map(({ busy }) => busy)).toEqual([true, true, true]);
      const three = await payloadOf(lambda, { do: 'process' });
      expect(three).toMatchObject({ invocations: 1 });
      for (const { environmentId } of lambda.environments()) lambda.kill(environmentId);
      for (const result of await Promise.all(hanging)) expect(result).toMatchObject({ failure: 'crash' });
    });

    it('that become free serve a burst, instead of one new process for each call', async () => {
      const { lambda } = start();
      const burst = [...Array(500)].map(() => lambda.invoke('scripted', {}));
      expect(lambda.inFlight()).toBe(500);
      for (const result of await Promise.all(burst)) expect(result).toMatchObject({ ok: true });
      expect(lambda.environments().length).toBeLessThan(100);
    });

    it('are bounded by reserved concurrency, of zero too', async () => {
      const { lambda } = start([
        functionSpec('scripted', { reservedConcurrency: 1 }),
        functionSpec('scripted', { functionName: 'off', reservedConcurrency: 0 }),
      ]);
      const throttled = { ok: false, failure: 'throttled', errorType: 'TooManyRequestsException' };
      const first = lambda.invoke('scripted', {});
      expect(await lambda.invoke('scripted', {})).toMatchObject(throttled);
      expect(await lambda.invoke('off', {})).toMatchObject(throttled);
      expect(await first).toMatchObject({ ok: true });
      expect(await lambda.invoke('scripted', {})).toMatchObject({ ok: true });
    });

    it("are bounded over all functions by the account's limit", async () => {
      const specs = [functionSpec(), functionSpec('scripted', { functionName: 'second' })];
      const { lambda } = start(specs, { accountConcurrency: 2 });
      const running = [lambda.invoke('scripted', {}), lambda.invoke('second', {})];
      expect(await lambda.invoke('second', {})).toMatchObject({ failure: 'throttled' });
      await Promise.all(running);
      expect(await lambda.invoke('second', {})).toMatchObject({ ok: true });
    });

    it('cannot be reserved in an account whose limit AWS keeps unreserved', () => {
      const reserving = [functionSpec('scripted', { reservedConcurrency: 1 })];
      expect(() => start(reserving, { accountConcurrency: 10 })).toThrow('below its minimum value of [10]');
      expect(() => start(reserving, { accountConcurrency: 1000 })).not.toThrow();
    });

    it('can be waited for, and all end with stop(), with what they started', async () => {
      const { lambda } = start();
      const { pid } = (await payloadOf(lambda, { do: 'process' })) as { pid: number };
      await payloadOf(lambda, { do: 'child' });
      const running = lambda.invoke('scripted', {});
      let answered = false;
      running.then(() => {
        answered = true;
      });
      await lambda.idle();
      await running;
      expect(answered).toBe(true);
      const hanging = lambda.invoke('scripted', { script: { do: 'hang' } });
      const waiting = [...Array(20)].map(() => lambda.invoke('scripted', { script: { do: 'hang' } }));
      await lambda.stop();
      expect(await hanging).toMatchObject({ failure: 'crash' });
      for (const result of await Promise.all(waiting)) expect(result).toMatchObject({ ok: false });
      expect(isAlive(pid)).toBe(false);
      expect(await lambda.invoke('scripted', {})).toMatchObject({ errorType: 'ServiceException' });
    });

    it('hand on what the function prints, line by line', async () => {
      const lines: string[] = [];
      const { lambda } = start(undefined, { onOutput: (name, _id, line) => lines.push(`${name}: ${line}`) });
      await payloadOf(lambda, { do: 'complain' });
      await lambda.stop();
      expect(lines).toEqual(
        expect.arrayContaining([
          'scripted: {"script":{"do":"complain"}}',
          'scripted: first',
          'scripted: second',
        ]),
      );
    });
  });

  describe('a failure', () => {
    it.each([
      ['a thrown error', { do: 'throw', message: 'no' }, 'error', 'RangeError', 'no'],
      ['a value that is not JSON', { do: 'circular' }, 'error', 'Error', 'Unable to stringify response body'],
      ['exit with a code', { do: 'exit', code: 3 }, 'crash', 'Runtime.ExitError', 'exit status 3'],
      [
        'exit without one',
        { do: 'exit', code: 0 },
        'crash',
        'Runtime.ExitError',
        'without providing a reason',
      ],
      ['memory that runs out', { do: 'fill' }, 'crash', 'Runtime.ExitError', 'signal: killed'],
      ['a rejection', { do: 'reject' }, 'crash', 'Runtime.UnhandledPromiseRejection', 'nobody waits'],
      [
        'an answer above 6 MB',
        { do: 'big', bytes: 6_291_557 },
        'too-large',
        'Function.ResponseSizeTooLarge',
        '6291556',
      ],
    ])('%s', async (_name, script, failure, errorType, message) => {
      const { lambda } = start();
      expect(await lambda.invoke('scripted', { script })).toEqual({
        ok: false,
        failure,
        errorType,
        errorMessage: expect.stringContaining(message),
      });
      // Whatever happened, the next invocation works.
      expect(await lambda.invoke('scripted', {})).toMatchObject({ ok: true });
    });

    it('a request above 6 MB does not reach the function', async () => {
      const { lambda } = start();
      expect(await lambda.invoke('scripted', 'x'.repeat(6_291_455))).toMatchObject({
        failure: 'too-large',
        errorType: 'RequestTooLargeException',
      });
      expect(await lambda.invoke('scripted', 'x'.repeat(6_291_454))).toMatchObject({ ok: true });
      expect(lambda.environments()).toHaveLength(1);
    });

    it('a time-out ends the environment', async () => {
      const { lambda, events } = start([functionSpec('scripted', { timeoutSeconds: 3 })]);
      const { pid } = (await payloadOf(lambda, { do: 'process' })) as { pid: number };
      await events.next();
      const late = lambda.invoke('scripted', { script: { do: 'hang' } });
      await events.next();
      clock.advance(2_999);
      expect(lambda.inFlight()).toBe(1);
      clock.advance(1);
      expect(await late).toEqual({
        ok: false,
        failure: 'timeout',
        errorType: 'Sandbox.Timedout',
        errorMessage: expect.stringContaining('Task timed out after 3.00 seconds'),
      });
      const next = await payloadOf(lambda, { do: 'process' });
      expect(next['pid']).not.toBe(pid);
    });

    it('a kill ends the invocation and the environment', async () => {
      const { lambda, events } = start();
      const killed = lambda.invoke('scripted', { script: { do: 'hang' } });
      await events.next();
      lambda.kill(lambda.environments()[0]?.environmentId ?? '');
      expect(await killed).toMatchObject({ failure: 'crash', errorType: 'Runtime.ExitError' });
      expect(await payloadOf(lambda, { do: 'process' })).toMatchObject({ invocations: 1 });
    });
  });

  describe('code', () => {
    const load = async (name: string, handler: string, runtime = 'nodejs24.x') => {
      const { lambda } = start([functionSpec(name, { handler, runtime })]);
      const result = await lambda.invoke(name, {});
      return result.ok ? result.payload : `${result.failure} ${result.errorType}`;
    };

    it.each([
      ['scripted', 'index.nested.deeper', 'deep'],
      ['scripted', 'inner/other.handler', 'inner'],
    ])('%s %s loads', async (name, handler, value) => {
      expect(await load(name, handler)).toEqual(value);
    });

    it.each([
      ['broken', 'index.handler', 'error Runtime.ImportModuleError'],
      ['broken', 'throws.handler', 'error TypeError'],
      ['scripted', 'index.notAFunction', 'error Runtime.HandlerNotFound'],
      ['callback', 'index.handler', 'error Runtime.CallbackHandlerDeprecated'],
    ])('%s %s fails as on Lambda', async (name, handler, failure) => {
      expect(await load(name, handler)).toBe(failure);
    });

    it.each([
      ['another runtime', 'scripted', { runtime: 'python3.13' }],
      ['a file that is not there', 'scripted', { handler: 'absent.handler' }],
      ['CommonJS', 'common', {}],
    ])('of %s is refused by name', (_name, folder, changes) => {
      const spec = functionSpec(folder, changes);
      expect(() => start([spec])).toThrow(`${spec.handler} for ${spec.runtime} is not supported`);
    });

    it('needs a Node that is there', async () => {
      const { lambda } = start(undefined, { nodePath: '/no/such/node' });
      expect(await lambda.invoke('scripted', {})).toMatchObject({
        failure: 'error',
        errorMessage: expect.stringContaining('/no/such/node'),
      });
    });
  });
});
