/** CloudFormation as far as `DescribeStacks` goes: the local cloud has no stacks to describe. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StackServer {
  /** For the processes of the command line. */
  readonly env: Readonly<Record<string, string>>;
  /** An error that it answers with from now on: its code and message. */
  fail(error: readonly [code: string, message: string] | undefined): void;
  close(): void;
}

const escaped = (text: string): string =>
  text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);

const stackXml = (name: string, outputs: Readonly<Record<string, string>>): string => {
  const members = Object.entries(outputs).map(
    ([key, value]) =>
      `<member><OutputKey>${key}</OutputKey><OutputValue>${escaped(value)}</OutputValue></member>`,
  );
  const stack = `<member><StackName>${name}</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${members.join('')}</Outputs></member>`;
  return `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks>${stack}</Stacks></DescribeStacksResult><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></DescribeStacksResponse>`;
};

const errorXml = ([code, message]: readonly [string, string]): string =>
  `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error><RequestId>r-1</RequestId></ErrorResponse>`;

/** @param stacks the outputs of each stack by its name */
export const startStackServer = async (
  stacks: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Promise<StackServer> => {
  let failure: readonly [string, string] | undefined;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const name = new URLSearchParams(Buffer.concat(chunks).toString()).get('StackName') ?? '';
      const outputs = stacks[name];
      const error =
        failure ??
        (outputs ? undefined : (['ValidationError', `Stack with id ${name} does not exist`] as const));
      response.writeHead(error ? 400 : 200, { 'content-type': 'text/xml', 'x-amzn-requestid': 'r-1' });
      response.end(error ? errorXml(error) : stackXml(name, outputs ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    env: { AWS_ENDPOINT_URL_CLOUDFORMATION: `http://127.0.0.1:${port}` },
    fail: (error) => {
      failure = error;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
