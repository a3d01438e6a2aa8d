import type { Unanswered } from '../finding.ts';
import type { Texts } from './texts.ts';

const how = ({ closeCode, seconds }: Unanswered): string =>
  closeCode === undefined ? `${seconds} 秒以内に応答なし` : `コード ${closeCode} で切断された`;

const askProvider = 'エンドポイントの提供者に問い合わせてください。';
const saveAgain = 'BOM なしの UTF-8 で保存し直してください。';
const askForNewDetails = 'エンドポイントの詳細を作成した担当者に、新しいものを依頼してください。';

export const japanese: Texts = {
  levels: { ok: '正常', warning: '警告', error: 'エラー' },
  netBackupSays: 'NetBackup の表示',
  quoted: ({ english, japanese, errId }) =>
    `「${japanese}」${english === undefined ? '' : ` (${english})`} (${errId})`,
  connectWarning:
    '--connect はトークンを提示します。同じトークンで接続中の NetBackup は切断され（次の接続処理で再接続します）、招待は使用済みになります。',
  conclusions: {
    ok: '問題は見つかりませんでした。NetBackup に表示されるフィンガープリントと照合してください。',
    warning: '動作する可能性はありますが、詳細を渡す前に警告を確認してください。',
    error: 'このままでは動作しません。',
  },
  hints: {
    html: 'JSON ではなく Web ページです',
    'trailing-comma': '閉じ括弧の前に余分なカンマがあります',
    'missing-comma': 'この前にカンマがありません',
    'line-break-in-string': '文字列の途中に改行があるか、閉じる引用符がありません',
    'control-character': '文字列の中に制御文字があります',
    'typographic-quotes': '全角または飾り引用符です。JSON では半角の " が必要です',
    'single-quotes': '一重引用符です。JSON では二重引用符 " が必要です',
    'yen-sign': 'バックスラッシュであるべき場所に ¥ があります',
    'bad-escape': 'バックスラッシュの後の文字が正しくありません',
    'extra-text': '終わりの後に余分な文字があります（2 つ目のエンドポイント、または余分な括弧）',
    unfinished: '途中で終わっています。一部が欠けています',
    unexpected: 'ここに書くことができない文字です',
  },
  findings: {
    'file-missing': ({ path }) => [`ファイル ${path} がありません。`, 'パスを確認してください。'],
    'file-unreadable': ({ path, why }) => [
      `${path} を読み取れません（${why}）。`,
      'アクセス権を確認してください。',
    ],
    'source-too-large': ({ kilobytes }) => [
      `${kilobytes} KB 以上あり、エンドポイントの詳細としては大きすぎます。短い項目が 5 つだけのはずです。`,
      'ファイルまたは URL が正しいか確認してください。',
    ],
    'source-url-malformed': () => [
      'URL ではありません。',
      'https:// から始まる URL 全体をコピーしてください。',
    ],
    'source-url-scheme': ({ scheme }) => [
      `NetBackup は詳細を https:// で読み取ります（${scheme} ではありません）。`,
      '詳細の中の wss:// ではなく、詳細を返す https:// の URL を指定してください。',
    ],
    'source-url-unreachable': ({ host, reason }) => [
      `URL のサーバー ${host} に TCP 接続できません（${reason}）。`,
      'ホスト名、ポート、DNS、およびファイアウォールの外向き通信を確認してください。NetBackup からも同じ通信が必要です。',
    ],
    'source-url-broken': ({ reason }) => [
      `URL のサーバーとの接続が、応答のないまま切れました（${reason}）。`,
      askProvider,
    ],
    'source-url-certificate': ({ reason }) => [
      `URL のサーバーの証明書は、ここでは信頼されていません（${reason}）。`,
      'サーバー名に対して有効な証明書が必要です。自社の CA の場合は --ca で指定してください。',
    ],
    'source-url-redirect': ({ status, location }) => [
      `URL は ${location || '不明な場所'} にリダイレクトされます（${status}）。NetBackup がリダイレクトに従うかどうかは文書化されていません。`,
      '詳細を直接返す URL を NetBackup に指定してください。',
    ],
    'source-url-status': ({ status }) => [
      `URL は詳細ではなく、ステータス ${status} を返しました。`,
      status === 404 || status === 410
        ? '使用済みまたは期限切れの招待はこのように応答します。新しい招待を依頼してください。'
        : askProvider,
    ],
    'source-url-timeout': ({ seconds }) => [`URL は ${seconds} 秒以内に応答しませんでした。`, askProvider],
    'source-url-slow': ({ seconds }) => [`URL の応答に ${seconds} 秒かかりました。`, askProvider],
    'text-empty': () => ['内容が空です。', askForNewDetails],
    'text-bom': () => ['先頭に BOM があります。JSON パーサーによっては拒否されます。', saveAgain],
    'text-utf16': () => ['UTF-16 です。JSON は UTF-8 でなければなりません。', saveAgain],
    'text-not-utf8': () => ['UTF-8 ではありません。', saveAgain],
    'json-invalid': ({ line, column, hint }) => [
      `${line} 行 ${column} 桁で JSON として正しくありません: ${japanese.hints[hint]}。`,
      '該当箇所を修正するか、文字列を貼り付けずに元のファイルをそのまま使用してください。',
    ],
    'json-array': ({ count }) => [
      `${count} 個の要素の配列です。エンドポイントは 1 つでなければなりません。`,
      'エンドポイントごとに { … } を 1 つ含むファイルを作成してください。',
    ],
    'json-no-object': ({ kind }) => [`JSON ですが、{ … } ではなく ${kind} です。`, askForNewDetails],
    'field-missing': ({ field }) => [`${field} がありません。`, askForNewDetails],
    'field-empty': ({ field }) => [`${field} が空か、空白だけです。`, askForNewDetails],
    'field-type': ({ field, wanted, found }) => [
      `${field} は ${wanted} でなければなりませんが、${found} です。`,
      found === 'string'
        ? '引用符を外してください。'
        : found === 'number'
          ? '二重引用符で囲んでください。'
          : askForNewDetails,
    ],
    'field-apostrophe': ({ field = '内容', line, column }) => [
      `${field} にアポストロフィ (') があります（${line} 行 ${column} 桁）。NetBackup はファイルのどこにあっても受け付けません。`,
      askForNewDetails,
    ],
    'field-blanks': ({ field }) => [
      `${field} に空白または改行があります。貼り付け時に混入した可能性があります。`,
      '不要であれば削除してください。',
    ],
    'field-extra': ({ field }) => [
      `${field} は 5 つの項目のいずれでもありません。NetBackup の動作は不明です。`,
      '削除してください。',
    ],
    'priority-odd': ({ priority }) => [
      `優先度が ${priority} です。通常は 0 以上の整数です（小さいほど優先）。`,
    ],
    'url-malformed': ({ url }) => [
      `url が URL ではありません: ${url}`,
      'wss://host:port/uri の形式にしてください。',
    ],
    'url-scheme': ({ scheme }) => [
      `url が ${scheme} で始まっています。NetBackup は wss:// だけで接続します。`,
      'wss://host:port/uri の形式にしてください。',
    ],
    'url-no-port': ({ suggestion }) => [
      'url にポートがありません。文書化された形式は wss://host:port/uri です。',
      `${suggestion} と記述してください。`,
    ],
    'url-no-path': () => [
      'url にパスがありません。文書化された形式は wss://host:port/uri です。',
      '少なくとも / で終わるようにしてください。',
    ],
    'url-credentials': () => [
      'url にユーザー名またはパスワードが含まれています。NetBackup が送信するかどうかは文書化されていません。',
      '削除してください。認証はトークンで行われます。',
    ],
    'url-fragment': () => [
      'url に # が含まれています。WebSocket の URL では使用できません。',
      '# 以降を削除してください。',
    ],
    'url-ipv6': ({ host }) => [
      `url に IPv6 アドレス ${host} が使われています。NetBackup が対応しているかどうかは文書化されていません。`,
      'ホスト名を使用してください。',
    ],
    'url-not-ascii': ({ host }) => [
      'url のホスト名が ASCII ではありません。NetBackup が対応しているかどうかは文書化されていません。',
      `DNS と証明書で使われる形式 ${host} を記述してください。`,
    ],
    'host-name-not-qualified': ({ hostName }) => [
      `hostName ${hostName} は完全修飾名ではありません。`,
      'url と同じ、クラウドサーバーの完全な名前を使用してください。',
    ],
    'host-name-differs': ({ hostName, urlHost }) => [
      `hostName は ${hostName} ですが、url は ${urlHost} を指しています。`,
      '同じサーバーを指すはずです。NetBackup は hostName で一覧表示し、url に接続します。',
    ],
    'details-complete': ({ groupId, priority, hostName, url }) => [
      `詳細はそろっています: グループ ${groupId}、優先度 ${priority}、ホスト ${hostName}、${url}`,
    ],
    'dns-failed': ({ host, reason }) => [
      `名前 ${host} を解決できません（${reason}）。`,
      'つづりを確認してください。NetBackup からも解決できる必要があります。',
    ],
    'dns-resolved': ({ host, addresses }) => [`${host} は ${addresses} です`],
    'tcp-failed': ({ address, port, reason }) => [
      `${address} のポート ${port} に TCP 接続できません（${reason}）。`,
      'ホストとポート、およびファイアウォールの外向き通信を確認してください。NetBackup からも同じ通信が必要です。',
    ],
    'tcp-partly': ({ address, port, reason }) => [
      `アドレスの 1 つ ${address} のポート ${port} が応答しません（${reason}）。`,
      'NetBackup がこのアドレスを選ぶ可能性があります。',
    ],
    'tcp-connected': ({ address, port, ms }) => [
      `${address} のポート ${port} に ${ms} ミリ秒で TCP 接続しました`,
    ],
    'tls-failed': ({ reason }) => [
      `証明書を取得できません: ${reason}。`,
      'このポートは TLS（バージョン 1.2 以降）に対応している必要があります。',
    ],
    'certificate-shown': ({ fingerprint, subject, issuer, validFrom, validTo }) => [
      `証明書 SHA-256 ${fingerprint}、サブジェクト ${subject}、発行者 ${issuer}、有効期間 ${validFrom} から ${validTo}`,
    ],
    'certificate-as-expected': () => ['証明書は想定されたものと一致します。'],
    'certificate-differs': ({ expected, fingerprint }) => [
      `証明書が想定されたものと異なります: SHA-256 ${expected} ではなく ${fingerprint} です。`,
      '承認しないでください。経路上の機器（TLS を検査するプロキシなど）が置き換えているか、更新されています。現在のフィンガープリントを提供者に確認してください。',
    ],
    'certificate-not-known': () => [
      '証明書を照合できませんでした。デプロイメントがまだ証明書を読み取っていません。',
      '数分後にもう一度実行してください。解決しない場合は、ログコード certificate-not-readable を確認してください。',
    ],
    'certificate-valid': ({ days }) => [`証明書の残り有効期間は ${days} 日です。`],
    'certificate-expires-soon': ({ days, validTo }) => [
      `証明書は ${days} 日後（${validTo}）に期限切れになります。`,
      'エンドポイントを追加する前に更新を依頼してください。NetBackup は表示した証明書を保存します。',
    ],
    'certificate-expired': ({ validTo }) => [
      `証明書は ${validTo} に期限切れになりました。`,
      '更新を依頼してください。',
    ],
    'certificate-not-yet-valid': ({ validFrom }) => [
      `証明書は ${validFrom} より前は有効ではありません。`,
      '両側の時計を確認してください。',
    ],
    'certificate-wrong-name': ({ host, names }) => [
      `証明書は ${host} ではなく ${names} に対するものです。`,
      '証明書にある名前を使用するか、この名前の証明書を発行してもらってください。',
    ],
    'certificate-trusted': () => ['証明書チェーンは信頼されています。'],
    'certificate-self-signed': () => [
      '自己署名証明書です。フィンガープリントだけが本物である証拠になります。',
      '承認する前にフィンガープリントを照合してください。--ca で指定すると doctor も信頼します。',
    ],
    'certificate-chain-incomplete': ({ issuer }) => [
      `サーバーは発行者（${issuer}）の証明書を送信せず、ここでも見つかりません。`,
      'サーバーが証明書チェーン全体を送信するようにするか、--ca で CA を指定してください。',
    ],
    'certificate-untrusted': ({ reason }) => [
      `証明書チェーンは、ここで信頼されている CA につながっていません（${reason}）。`,
      '承認する前にフィンガープリントを照合してください。自社の CA の場合は --ca で指定してください。',
    ],
    'upgrade-refused': ({ reason }) => [
      `WebSocket へのアップグレードに失敗しました: ${reason}。`,
      'url のパスと、エンドポイントが接続元アドレスを許可しているかを確認してください。',
    ],
    'upgrade-accepted': ({ ms }) => [`WebSocket を ${ms} ミリ秒で開きました`],
    'ping-unanswered': ({ seconds }) => [
      `ping に ${seconds} 秒以内の応答がありません。NetBackup は 10 回続くと切断します。`,
      askProvider,
    ],
    'ping-answered': ({ ms }) => [`ping に ${ms} ミリ秒で応答がありました`],
    'made-up-token-refused': () => ['でたらめなトークンは正しく拒否されました。'],
    'made-up-token-accepted': () => [
      'でたらめなトークンが受け入れられました。誰でもあなたの NetBackup になりすませます。',
      `このエンドポイントは使用しないでください。${askProvider}`,
    ],
    'connect-unanswered': (facts) => [
      `でたらめなトークンの CONNECT に応答がありません（${how(facts)}）。`,
      `valid: false と応答しなければなりません。${askProvider}`,
    ],
    'foreign-message': ({ reason, text }) => [
      `NetBackup がデコードできないメッセージが届きました（${reason}）: ${text}`,
      'exception.ignoreDecoder が true でない限り、NetBackup は接続を切断します。',
    ],
    'fragments-pass': ({ kilobytes }) => [`分割された ${kilobytes} KB のメッセージは届きます。`],
    'fragments-blocked': (facts) => [
      `分割された ${facts.kilobytes} KB のメッセージが届きません（${how(facts)}）。`,
      '一晩のバックアップの通知はこの程度の大きさになります。経路の途中で遮断されています。',
    ],
    'single-frame-passes': ({ kilobytes }) => [`1 フレームの ${kilobytes} KB のメッセージは届きます。`],
    'single-frame-blocked': (facts) => [
      `1 フレームの ${facts.kilobytes} KB のメッセージが届きません（${how(facts)}）。`,
      'API Gateway の既知の制限です（1 フレーム 32 KB）。NetBackup がメッセージを分割しない場合だけ問題になります。',
    ],
    'large-message-passes': ({ kilobytes }) => [`分割された ${kilobytes} KB のメッセージは届きます。`],
    'large-message-blocked': (facts) => [
      `${facts.kilobytes} KB のメッセージが届きません（${how(facts)}）。`,
      'API Gateway の既知の制限です（1 メッセージ 128 KB、通知およそ 450 件）。長い停止の後は、これを超える通知がたまることがあります。',
    ],
    'token-kept-back': () => [
      '証明書がここでは信頼されていないため、トークンを提示しませんでした。',
      'フィンガープリントを照合してから、--ca で CA を指定してください。',
    ],
    'token-accepted': ({ ms }) => [`トークンは有効です（${ms} ミリ秒で応答）。`],
    'token-refused': () => [
      'トークンが拒否されました。',
      '置き換えられた、取り消された、期限が切れた、またはエンドポイントが無効です。新しい詳細を依頼し、NetBackup でエンドポイントを削除してから追加し直してください。',
    ],
    'token-unanswered': (facts) => [`CONNECT に応答がありません（${how(facts)}）。`, askProvider],
  },
};
