/** What runs in the relay. */
import { ROUTES } from '../../lib/routes.ts';
import { ACM, container, large, small, stack, withRelay, write } from './relay.ts';
import { only, resources, type Template } from './templates.ts';

const variables = (template: Template): Record<string, unknown> =>
  Object.fromEntries(
    container(template).Environment.map(({ Name, Value }: { Name: string; Value: unknown }) => [Name, Value]),
  );

describe('the task', () => {
  test('is the smallest one on arm64, unless configured otherwise', () => {
    expect(only(small, 'AWS::ECS::TaskDefinition').Properties).toMatchObject({
      Cpu: '256',
      Memory: '512',
      NetworkMode: 'awsvpc',
      RequiresCompatibilities: ['FARGATE'],
      RuntimePlatform: { CpuArchitecture: 'ARM64', OperatingSystemFamily: 'LINUX' },
    });
    expect(only(large, 'AWS::ECS::TaskDefinition').Properties).toMatchObject({ Cpu: '512', Memory: '2048' });
  });

  test('runs without rights on its machine', () => {
    expect(container(small)).toMatchObject({
      User: 'node',
      ReadonlyRootFilesystem: true,
      LinuxParameters: { Capabilities: { Drop: ['ALL'] } },
    });
    expect(container(small)).not.toHaveProperty('Privileged');
    expect(only(small, 'AWS::ECS::Service').Properties).not.toMatchObject({ EnableExecuteCommand: true });
  });

  test('has time to drain, and to exit after it', () => {
    expect([container(small).StopTimeout, container(large).StopTimeout]).toEqual([70, 100]);
    expect(container(stack(withRelay({ drainSeconds: 110 }))).StopTimeout).toBe(120);
  });

  test('gets the routes of the WebSocket API, with their functions', () => {
    const routes = JSON.parse(write(variables(small)['RELAY_ROUTES']));
    expect(routes).toEqual(
      ROUTES.map(({ routeKey, handler, twoWay }) => ({
        routeKey,
        functionArn: handler.charAt(0).toUpperCase() + handler.slice(1),
        twoWay,
        // A fifth of the ten executions of a new account.
        ...(handler === 'session' && { atOnce: 2 }),
      })),
    );
  });

  test('invokes aliases if functions are deployed gradually', () => {
    const text = write(variables(large)['RELAY_ROUTES']);
    expect([...text.matchAll(/"functionArn":"(\w+)"/g)].map(([, name]) => name)).toEqual([
      ...Array(4).fill('SessionLive'),
      'NotifyLive',
      'RespondLive',
    ]);
  });

  test('gets its other variables', () => {
    const { RELAY_ROUTES, ...others } = variables(small);
    expect(others).toEqual({
      AWS_REGION: { Ref: 'AWS::Region' },
      NODE_OPTIONS: '--max-old-space-size=256 --max-semi-space-size=4',
      RELAY_STAGE: 'nbwss',
      RELAY_PORT: '8443',
      RELAY_MANAGEMENT_PORT: '8081',
      RELAY_TLS: 'secret:nbwss/relay-certificate',
      RELAY_DRAIN_SECONDS: '60',
      LOG_LEVEL: 'INFO',
      POWERTOOLS_METRICS_NAMESPACE: 'NbwssEndpoint',
    });
    expect(variables(large)).toMatchObject({
      RELAY_STAGE: 'live',
      RELAY_TLS: expect.stringMatching(/^secret:arn:/),
      RELAY_DRAIN_SECONDS: '90',
      LOG_LEVEL: 'WARN',
      POWERTOOLS_METRICS_NAMESPACE: 'SecondEndpoint',
    });
  });

  test.each([
    [{ acm: ACM }, `acm:${ACM}`],
    [{ balancer: ACM }, 'off'],
  ])('with the certificate %j its TLS is %s', (certificate, tls) => {
    expect(variables(stack(withRelay({ certificate })))['RELAY_TLS']).toBe(tls);
  });

  test('does not stand still while its log does', () => {
    expect(container(small).LogConfiguration).toMatchObject({
      LogDriver: 'awslogs',
      Options: { mode: 'non-blocking', 'awslogs-group': { Ref: expect.stringMatching(/^TaskLog/) } },
    });
    expect(resources(large, 'AWS::Logs::LogGroup')['TaskLog']?.Properties).toMatchObject({
      RetentionInDays: 14,
      KmsKeyId: expect.anything(),
    });
  });
});
