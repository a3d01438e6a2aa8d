import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { timeouts } from './timeouts.ts';

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface Mailer {
  /**
   * Resolves when the mail was accepted. SES keeps no record by which a repeated request is recognised: after an error it may have been
   * accepted, too.
   * https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
   */
  send(mail: Mail): Promise<void>;
}

const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });

/** Amazon SES. It makes a message with both parts, text and HTML, of which a mail program shows one. */
export const ses = (): Mailer => {
  const client = new SESv2Client({
    requestHandler: timeouts(10_000),
  });
  return {
    async send({ from, to, subject, text, html }) {
      await client.send(
        new SendEmailCommand({
          FromEmailAddress: from,
          Destination: { ToAddresses: [...to] },
          Content: { Simple: { Subject: utf8(subject), Body: { Text: utf8(text), Html: utf8(html) } } },
        }),
      );
    },
  };
};
