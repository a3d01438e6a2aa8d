/** A record that always fails does not block the stream: its metadata is in the dead-letter queue, its message in the journal. */
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { job, notification } from '../../support/raw-client.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

/** ReceiveMessage, as an operator would call it. */
const deadLetter = async (): Promise<Record<string, unknown> | undefined> => {
  const { endpointUrl, region, credentials, resources } = deployment.cloud;
  const queue = Object.entries(resources).find(
    ([id, { type }]) => type === 'AWS::SQS::Queue' && id.includes('DeadLetters'),
  );
  const scope = `${credentials.accessKeyId}/20260101/${region}/sqs/aws4_request`;
  const response = await fetch(endpointUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'AmazonSQS.ReceiveMessage',
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify({ QueueUrl: queue?.[1].physicalId }),
  });
  const { Messages = [] } = (await response.json()) as { Messages?: { Body: string }[] };
  return Messages[0] && (JSON.parse(Messages[0].Body) as Record<string, unknown>);
};

test('after its retries a record is reported in the dead-letter queue, and can still be read in the journal', async () => {
  const { cloud, clock } = deployment;
  const client = await deployment.connect(await deployment.createGroup('g'));
  const failing = cloud.faults.add({
    function: 'Project',
    service: 'dynamodb',
    do: 'fail',
    error: 'AccessDeniedException',
    count: Number.POSITIVE_INFINITY,
  });
  const sent = notification('JOB', job(9));
  client.send(sent);
  expect(await client.next()).toMatchObject({ id: sent['id'], payload: [] });
  let letter: Record<string, unknown> | undefined;
  for (let round = 0; round < 60 && !letter; round++) {
    await cloud.gateway?.idle();
    clock.advance(61_000);
    await cloud.lambda.idle();
    letter = await deadLetter();
  }
  expect(letter).toMatchObject({ requestContext: { condition: 'RetryAttemptsExhausted' } });
  expect(JSON.stringify(letter)).not.toContain('client01');
  expect(failing.hits()).toBeGreaterThan(10);
  failing.remove();

  expect((await deployment.http('GET', '/v1/groups/g/jobs/9')).status).toBe(404);
  const events = await deployment.http('GET', '/v1/groups/g/events');
  expect(events.json.items).toMatchObject([{ notification: { jobId: 9 } }]);
}, 60_000);
