import type { LocalCloud } from '../../../local/cloud.ts';
import {
  type AgentCall,
  agent,
  callJson,
  editedAssembly,
  nameOf,
  set,
  startCloud,
  stopAll,
} from './support.ts';

afterEach(stopAll);

const Key = { pk: { S: 'open' }, sk: { S: '1' } };
const calls = (cloud: LocalCloud): Record<string, AgentCall> => {
  const TableName = nameOf(cloud, 'Things');
  const call = (command: string, input: object): AgentCall => ({ client: 'dynamodb', command, input });
  return {
    'dynamodb:GetItem': call('GetItem', { TableName, Key }),
    'dynamodb:PutItem': call('PutItem', { TableName, Item: Key }),
    'dynamodb:UpdateItem': call('UpdateItem', { TableName, Key }),
    'dynamodb:DeleteItem': call('DeleteItem', { TableName, Key }),
    'dynamodb:Query': call('Query', {
      TableName,
      IndexName: 'byKind',
      KeyConditionExpression: 'kind = :k',
      ExpressionAttributeValues: { ':k': { S: 'x' } },
    }),
    'dynamodb:ConditionCheckItem': call('TransactWriteItems', {
      TransactItems: [
        {
          ConditionCheck: {
            TableName,
            Key: { ...Key, sk: { S: '2' } },
            ConditionExpression: 'attribute_not_exists(pk)',
          },
        },
      ],
    }),
    'events:PutEvents': {
      client: 'events',
      command: 'PutEvents',
      input: { Entries: [{ Source: 'shop', DetailType: 't', Detail: '{}', EventBusName: 'shop-bus' }] },
    },
  };
};

test('without one action, exactly that call is denied, with caller, action and resource in the message', async () => {
  const full = await startCloud();
  const actions = Object.keys(calls(full));
  const all = await agent(full, Object.values(calls(full)));
  expect(all.map(({ error }) => error)).toEqual(actions.map(() => undefined));
  await full.stop();
  for (const removed of actions) {
    const assembly = await editedAssembly((_, front) => {
      const policy = front.Resources['AgentPolicy'] as unknown as {
        Properties: { PolicyDocument: { Statement: { Action: string | string[] }[] } };
      };
      for (const statement of policy.Properties.PolicyDocument.Statement) {
        statement.Action = [statement.Action].flat().filter((action) => action !== removed);
      }
    });
    const cloud = await startCloud({ assembly });
    const results = await agent(cloud, Object.values(calls(cloud)));
    const denied = results.map(({ error, message }) => error && `${error}: ${message}`);
    const expected = actions.map((action) =>
      action === removed
        ? expect.stringContaining(`AccessDeniedException: User: arn:aws:sts::000000000000:`)
        : undefined,
    );
    expect(denied).toEqual(expected);
    const message = String(results[actions.indexOf(removed)]?.message);
    expect(message).toContain(nameOf(cloud, 'AgentRole'));
    expect(message).toContain(nameOf(cloud, 'Agent'));
    expect(message).toContain(`is not authorized to perform: ${removed} on resource: arn:aws:`);
    await cloud.stop();
  }
}, 180_000);

test('an index is a resource of its own', async () => {
  const cloud = await startCloud();
  const query = calls(cloud)['dynamodb:Query'] as AgentCall;
  const other = {
    ...query,
    input: {
      ...query.input,
      IndexName: 'byOwner',
      KeyConditionExpression: '#o = :k',
      ExpressionAttributeNames: { '#o': 'owner' },
    },
  };
  const [onIndex, onOther] = await agent(cloud, [query, other]);
  expect(onIndex?.error).toBeUndefined();
  expect(onOther?.message).toContain(`on resource: ${cloud.outputs['Data']?.['ThingsArn']}/index/byOwner`);
});

test('conditions: leading keys, an explicit deny, the source of an event', async () => {
  const cloud = await startCloud();
  const all = calls(cloud);
  const check = all['dynamodb:ConditionCheckItem'] as AgentCall;
  const closed = JSON.parse(JSON.stringify(check).replace('"open"', '"closed"'));
  const put = all['dynamodb:PutItem'] as AgentCall;
  const locked = { ...put, input: { ...put.input, Item: { ...Key, pk: { S: 'locked-1' } } } };
  const foreign = JSON.parse(JSON.stringify(all['events:PutEvents']).replace('"shop"', '"bakery"'));
  const results = await agent(cloud, [check, closed, put, locked, foreign]);
  expect(results.map(({ error }) => error)).toEqual([
    undefined,
    'AccessDeniedException',
    undefined,
    'AccessDeniedException',
    'AccessDeniedException',
  ]);
  expect(results[3]?.message).toMatch(/with an explicit deny$/);
});

test.each([
  ['NotAction', 'dynamodb:*', 'element NotAction'],
  ['NotPrincipal', '*', 'element NotPrincipal'],
  ['Resource', `arn:aws:s3:::\${aws:username}`, `policy variable \${aws:username}`],
  ['Condition', { NumericEquals: { 'events:source': 1 } }, 'condition NumericEquals'],
  ['Condition', { StringEquals: { 'dynamodb:Attributes': 'x' } }, 'condition key dynamodb:Attributes'],
])('what cannot be evaluated stops the start: %s %j', async (element, value, name) => {
  const place = `AgentPolicy.Properties.PolicyDocument.Statement.0.${element}`;
  const assembly = await editedAssembly((_, front) => set(front, place, value));
  await expect(startCloud({ assembly })).rejects.toThrow(
    `AgentPolicy has the ${name}, which the local cloud`,
  );
});

test('in a batch and in a transaction every item counts', async () => {
  const cloud = await startCloud();
  const [Things, Seen] = [nameOf(cloud, 'Things'), nameOf(cloud, 'Seen')];
  const TransactItems = [
    { Put: { TableName: Things, Item: Key } },
    { Put: { TableName: Seen, Item: { pk: { S: 'a' } } } },
  ];
  const [transaction, batch] = await agent(cloud, [
    { client: 'dynamodb', command: 'TransactWriteItems', input: { TransactItems } },
    {
      client: 'dynamodb',
      command: 'BatchWriteItem',
      input: { RequestItems: { [Things]: [{ PutRequest: { Item: Key } }] } },
    },
  ]);
  expect(transaction?.message).toContain(
    `dynamodb:PutItem on resource: ${cloud.outputs['Data']?.['SeenArn']}`,
  );
  expect(batch?.message).toContain('dynamodb:BatchWriteItem');
});

test('an access key that nobody was given is not recognized', async () => {
  const cloud = await startCloud();
  const { status, body } = await callJson(cloud, 'DynamoDB_20120810.GetItem', {}, 'AKIAUNKNOWN');
  expect(status).toBe(403);
  expect(body['__type']).toMatch(/UnrecognizedClientException$/);
  expect(cloud.calls.all.at(-1)).toMatchObject({ status: 403, errorCode: 'UnrecognizedClientException' });
});

test('grants that nothing has used are listed, until something uses them', async () => {
  const cloud = await startCloud();
  const mine = () => cloud.unusedGrants().filter(({ source }) => source === 'AgentPolicy');
  expect(mine().map(({ action }) => action)).toContain('dynamodb:GetItem');
  await agent(cloud, Object.values(calls(cloud)));
  expect(mine().map(({ action }) => action)).toEqual(['kms:*', 'sqs:SendMessage']);
});

test('API Gateway invokes a function only by a permission for this very route', async () => {
  const assembly = await editedAssembly((_, front) =>
    set(front, 'HttpPermission.Properties.SourceArn', {
      'Fn::Sub': `arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Http}/*/GET/v1/{rest+}`,
    }),
  );
  const messages: string[] = [];
  const cloud = await startCloud({ assembly, log: ({ message }) => messages.push(message) });
  expect((await fetch(`${cloud.apiUrl}/v1/x`)).status).toBe(200);
  expect((await fetch(`${cloud.apiUrl}/v1/x`, { method: 'POST' })).status).toBe(500);
  expect(messages).toContainEqual(
    expect.stringMatching(/POST\/v1\/\{rest\+\} is not authorized to perform: lambda:InvokeFunction/),
  );
});

test('a schedule invokes nothing without its permission', async () => {
  const messages: string[] = [];
  const assembly = await editedAssembly((_, front) =>
    set(front, 'MayTick.Properties.SourceArn', 'arn:aws:events:us-east-1:000000000000:rule/other'),
  );
  const cloud = await startCloud({ assembly, log: ({ message }) => messages.push(message) });
  await cloud.runSchedules();
  const denials = messages.filter((message) =>
    message.includes('not authorized to perform: lambda:InvokeFunction'),
  );
  expect(denials).toEqual([expect.stringContaining('events.amazonaws.com')]);
});

test.each([
  [
    'a role that does not trust Lambda',
    'AgentRole.Properties.AssumeRolePolicyDocument.Statement',
    [],
    /Agent cannot assume AgentRole/,
  ],
  [
    'a stream that the function may not read',
    'ConsumerPolicy.Properties.PolicyDocument.Statement.1.Action',
    ['dynamodb:GetRecords'],
    /Consumer cannot read its stream.*dynamodb:DescribeStream/,
  ],
])('what AWS would refuse to create is refused at start: %s', async (_, place, value, sentence) => {
  const assembly = await editedAssembly((_data, front) => set(front, place, value));
  await expect(startCloud({ assembly })).rejects.toThrow(sentence);
});
