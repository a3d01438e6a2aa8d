/** What the relay may do. */
import { ACM, large, ofType, small, stack, withRelay, write } from './relay.ts';
import { resources, type Template } from './templates.ts';

describe('the permissions', () => {
  interface Statement {
    readonly Action: string | string[];
    readonly Resource: unknown;
  }
  const grants = (template: Template, role: string): string[] =>
    ofType(template, 'IAM::Policy')
      .filter(({ Properties }) => Properties.Roles.map(write).includes(role))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Statement[])
      .flatMap(({ Action, Resource: on }) =>
        [Action].flat().flatMap((action) => [on].flat().map((one) => `${action} on ${write(one)}`)),
      )
      .sort();
  const invokes = (...names: string[]) => names.map((name) => `lambda:InvokeFunction on ${name}`);

  test('of the program: it invokes the functions of messages, and reads its certificate', () => {
    expect(grants(small, 'TaskRole')).toEqual([
      ...invokes('Notify', 'Respond', 'Session'),
      'secretsmanager:GetSecretValue on secretsmanager:::secret:nbwss/relay-certificate-??????',
    ]);
    const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:nbwss/relay-certificate';
    expect(grants(large, 'TaskRole')).toEqual([
      ...invokes('NotifyLive', 'RespondLive', 'SessionLive'),
      `secretsmanager:GetSecretValue on ${arn}`,
      `secretsmanager:GetSecretValue on ${arn}-??????`,
    ]);
  });

  test.each([
    [{ acm: ACM }, [`acm:ExportCertificate on ${ACM}`]],
    [{ balancer: ACM }, []],
  ])('of the program with the certificate %j', (certificate, more) => {
    expect(grants(stack(withRelay({ certificate })), 'TaskRole')).toEqual([
      ...more,
      ...invokes('Notify', 'Respond', 'Session'),
    ]);
  });

  test('of ECS: it fetches the image and writes the log', () => {
    const repository = write({ 'Fn::Sub': 'ecr:::repository/cdk-hnb659fds-container-assets' });
    expect(grants(small, 'TaskExecutionRole')).toEqual([
      `ecr:BatchCheckLayerAvailability on ${repository}`,
      `ecr:BatchGetImage on ${repository}`,
      'ecr:GetAuthorizationToken on *',
      `ecr:GetDownloadUrlForLayer on ${repository}`,
      'logs:CreateLogStream on TaskLog',
      'logs:PutLogEvents on TaskLog',
    ]);
  });

  test('there are no other roles, and only ECS can assume these', () => {
    for (const template of [small, large]) {
      const roles = resources(template, 'AWS::IAM::Role');
      expect(Object.keys(roles).sort()).toEqual(['TaskExecutionRole', 'TaskRole']);
      for (const { Properties } of Object.values(roles)) {
        expect(Properties).not.toHaveProperty('ManagedPolicyArns');
        expect(Properties.AssumeRolePolicyDocument.Statement).toEqual([
          { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' } },
        ]);
      }
    }
  });
});
