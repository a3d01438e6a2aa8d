/** What NetBackup itself knows about a job: asked on demand. */
import { Facts } from '../../components/facts.tsx';
import { Empty } from '../../components/loaded.tsx';
import { formatSecond } from '../../format/times.ts';
import type { DomainZone } from '../../format/zone.ts';
import { pretty } from '../commands/outcome.ts';
import { type NetBackupCall, NetBackupCalls } from '../netbackup-calls.tsx';
import { oneJobWords } from './job-words.ts';
import { type Attempt, attemptsOf, attributesOf } from './netbackup-responses.ts';
import { jobWords } from './words.ts';

const AttemptLog = ({ attempt, domain }: { attempt: Attempt; domain: DomainZone | undefined }) => {
  const text = oneJobWords();
  return (
    <details open>
      <summary>
        {text.attempt(attempt.name)}: {jobWords().status} {attempt.status} {attempt.statusText}
      </summary>
      <div class="table-scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">{text.time}</th>
              <th scope="col">{text.severity}</th>
              <th scope="col">{text.message}</th>
            </tr>
          </thead>
          <tbody>
            {attempt.lines.map((line, index) => (
              <tr key={index}>
                <td>{formatSecond(line.time, domain)}</td>
                <td>{line.severity}</td>
                <td class="message">{line.message}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
};

const Attempts = ({ body, domain }: { body: string; domain: DomainZone | undefined }) => {
  const attempts = attemptsOf(body);
  if (attempts.length === 0)
    return body === '' ? <Empty>{oneJobWords().nothing}</Empty> : <pre>{pretty(body)}</pre>;
  return (
    <>
      {attempts.map((attempt) => (
        <AttemptLog key={attempt.name} attempt={attempt} domain={domain} />
      ))}
    </>
  );
};

/** The attributes of an answer, or the whole answer if it has none. */
export const Attributes = ({ body }: { body: string }) => {
  const attributes = attributesOf(body);
  return attributes.length > 0 ? <Facts facts={attributes} /> : <pre>{pretty(body)}</pre>;
};

interface JobNetBackupCallsProps {
  readonly groupId: string;
  readonly jobId: number;
  readonly domain: DomainZone | undefined;
}

export const JobNetBackupCalls = ({ groupId, jobId, domain }: JobNetBackupCallsProps) => {
  const text = oneJobWords();
  const uri = `/netbackup/admin/jobs/${jobId}`;
  const calls: readonly NetBackupCall[] = [
    {
      name: 'attempts',
      title: text.attempts,
      uri: `${uri}/try-logs`,
      show: (body) => <Attempts body={body} domain={domain} />,
    },
    { name: 'details', title: text.details, uri, show: (body) => <Attributes body={body} /> },
    {
      name: 'files',
      title: text.files,
      uri: `${uri}/file-lists`,
      show: (body) => <pre>{pretty(body)}</pre>,
    },
  ];
  return <NetBackupCalls groupId={groupId} calls={calls} />;
};
