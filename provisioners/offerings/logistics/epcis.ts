/** GS1 EPCIS 2.0 under its own paths, after the standard's OpenAPI document: capture, events, and the collections that events are found by. */
import type { ApiBinding, ApiStandard, BoundParameter } from '../../../server/domain/binding.ts';
import { text } from '../../kit/offering.ts';
import { COLLECTIONS, PAGE_PARAMETERS, QUERY } from './epcis-query.ts';
import { EXAMPLE_DOCUMENT, EXAMPLE_EVENT } from './pack/api/event-functions.ts';

const ROOT = 'epcis/v2';
const JSON_TYPES = ['application/json', 'application/ld+json'];
/** Events are JSON-LD; what is of the interface alone is JSON. */
const EVENT_TYPES = ['application/ld+json', 'application/json'];
const EVENTS_MAX = 1_000;

const header = (name: string, pattern: string, en: string, zh: string): BoundParameter => ({
  in: 'header',
  name,
  to: null,
  as: 'text',
  pattern,
  about: text(en, zh),
});
const OF_2_0 = '^2\\.0(\\.[0-9]+)?$';
const UP_TO_2_0 = '^([01]\\.[0-9]+|2\\.0)(\\.[0-9]+)?$';
const FROM_2_0 = '^([3-9]|[2-9]\\.[0-9]+)(\\.[0-9]+)*$';

const SENDS = [
  header('GS1-EPCIS-Version', OF_2_0, 'Version of what is sent: 2.0', '所提交内容的版本：2.0'),
  header('GS1-CBV-Version', OF_2_0, 'Version of its vocabulary: 2.0', '所用词汇的版本：2.0'),
];
const READS = [
  header('GS1-EPCIS-Min', UP_TO_2_0, 'Lowest version that is understood', '可接受的最低版本'),
  header('GS1-EPCIS-Max', FROM_2_0, 'Highest version that is understood', '可接受的最高版本'),
  header('GS1-CBV-Min', UP_TO_2_0, 'Lowest vocabulary that is understood', '可接受的最低词汇版本'),
  header('GS1-CBV-Max', FROM_2_0, 'Highest vocabulary that is understood', '可接受的最高词汇版本'),
];
const EPC_FORMAT: BoundParameter = {
  in: 'header',
  name: 'GS1-EPC-Format',
  to: 'epcFormat',
  as: 'text',
  pattern: '^(Always_GS1_Digital_Link|No_Preference|Never_Translates)$',
  fallback: 'Always_GS1_Digital_Link',
  about: text(
    'How identifiers are written: Always_GS1_Digital_Link (when left out), Never_Translates or No_Preference',
    '编号的写法：Always_GS1_Digital_Link（缺省）、Never_Translates 或 No_Preference',
  ),
};

const CAPTURE: ApiBinding = {
  name: 'epcis_capture',
  summary: text('Capture a document', '采集事件文档'),
  description: text(
    'Up to 1,000 events. Answers 202 with the address of the capture job, and in the body what became of each event. Sent again, events that are known stay one.',
    '最多 1,000 条事件。返回 202 与采集任务地址，响应体给出每条事件的处理结果。重复提交时，已有事件不会新增。',
  ),
  method: 'POST',
  path: `${ROOT}/capture`,
  calls: { kind: 'function', name: 'submit_document' },
  parameters: [
    ...SENDS,
    {
      in: 'header',
      name: 'GS1-Capture-Error-Behaviour',
      to: 'captureErrorBehaviour',
      as: 'text',
      pattern: '^(rollback|proceed)$',
      fallback: 'rollback',
      about: text(
        'rollback: one bad event refuses all (when left out); proceed: it is refused alone',
        'rollback：一条有误则整体拒绝（缺省）；proceed：仅拒绝有误的事件',
      ),
    },
  ],
  body: { decoder: 'json', mediaTypes: JSON_TYPES, into: null },
  itemsMax: { at: 'epcisBody.eventList', max: EVENTS_MAX },
  idempotency: 'inherent',
  response: {
    status: 202,
    mediaTypes: ['application/json'],
    body: null,
    headers: { Location: `{base}/${ROOT}/capture/{captureID}` },
    page: null,
  },
  example: {
    path: `${ROOT}/capture`,
    headers: { 'Content-Type': 'application/ld+json', 'GS1-Capture-Error-Behaviour': 'proceed' },
    body: EXAMPLE_DOCUMENT,
  },
};

const CAPTURE_JOB: ApiBinding = {
  name: 'epcis_capture_job',
  summary: text('One capture job', '查询采集任务'),
  description: text(
    'Whether it runs, whether it succeeded, and a problem for each event that was refused.',
    '任务是否仍在运行、是否成功，以及每条被拒绝事件的问题说明。',
  ),
  method: 'GET',
  path: `${ROOT}/capture/{captureID}`,
  calls: { kind: 'function', name: 'read_capture_job' },
  parameters: [
    {
      in: 'path',
      name: 'captureID',
      to: 'captureID',
      as: 'text',
      about: text('From the Location of the capture', '取自采集响应的 Location'),
    },
    ...READS,
  ],
  body: null,
  itemsMax: null,
  idempotency: 'inherent',
  response: { status: 200, mediaTypes: ['application/json'], body: null, headers: {}, page: null },
  example: { path: `${ROOT}/capture/0198f6c2-6f2e-7c3a-9d5b-0f7a1e2b3c4d`, headers: {}, body: null },
};

const CAPTURE_JOBS: ApiBinding = {
  ...CAPTURE_JOB,
  name: 'epcis_capture_jobs',
  summary: text('Capture jobs', '采集任务列表'),
  description: text('The latest first.', '按时间从晚到早。'),
  path: `${ROOT}/capture`,
  calls: { kind: 'function', name: 'list_capture_jobs' },
  parameters: [...PAGE_PARAMETERS, ...READS],
  response: {
    ...CAPTURE_JOB.response,
    body: 'jobs',
    page: { token: 'nextPageToken', parameter: 'nextPageToken' },
  },
  example: { path: `${ROOT}/capture?perPage=10`, headers: {}, body: null },
};

const POST_EVENT: ApiBinding = {
  ...CAPTURE,
  name: 'epcis_post_event',
  summary: text('Capture one event', '采集单条事件'),
  description: text(
    'Answers 201 with the event as it is stored and its address. Sent again it is answered again; another event under the same id is refused with 409.',
    '返回 201、存储后的事件及其地址。重复提交时原样返回；同一编号的不同事件返回 409。',
  ),
  path: `${ROOT}/events`,
  calls: { kind: 'function', name: 'submit_event' },
  parameters: SENDS,
  itemsMax: null,
  response: {
    status: 201,
    mediaTypes: EVENT_TYPES,
    body: 'event',
    headers: { Location: `{base}/${ROOT}/events/{eventID}` },
    page: null,
  },
  example: { path: `${ROOT}/events`, headers: { 'Content-Type': 'application/ld+json' }, body: EXAMPLE_EVENT },
};

const EVENTS: ApiBinding = {
  name: 'epcis_events',
  summary: text('Find events', '查询事件'),
  description: text(
    'An EPCISQueryDocument with what fulfils all parameters, oldest first unless `orderBy` is there. While there is more, `Link` has the next page. A parameter that is not listed is refused.',
    '返回满足全部参数的 EPCISQueryDocument，默认按时间从早到晚。有后续页时由 `Link` 给出。未列出的参数会被拒绝。',
  ),
  method: 'GET',
  path: `${ROOT}/events`,
  calls: { kind: 'function', name: 'query_events' },
  parameters: [...QUERY, EPC_FORMAT, ...READS],
  body: null,
  itemsMax: null,
  idempotency: 'inherent',
  response: {
    status: 200,
    mediaTypes: EVENT_TYPES,
    body: null,
    headers: {},
    page: { token: 'nextPageToken', parameter: 'nextPageToken' },
  },
  example: {
    path: `${ROOT}/events?EQ_bizStep=departing%7Carriving&MATCH_epc=urn:epc:idpat:sscc:0614141.*&perPage=10`,
    headers: {},
    body: null,
  },
};

const EVENT: ApiBinding = {
  ...EVENTS,
  name: 'epcis_event',
  summary: text('One event', '查询单条事件'),
  description: text('By its id, in an EPCISQueryDocument.', '按编号返回，以 EPCISQueryDocument 表示。'),
  path: `${ROOT}/events/{eventID}`,
  calls: { kind: 'function', name: 'read_event' },
  parameters: [
    { in: 'path', name: 'eventID', to: 'eventID', as: 'text', about: text('Id of the event', '事件编号') },
    EPC_FORMAT,
    ...READS,
  ],
  response: { ...EVENTS.response, page: null },
  example: { path: `${ROOT}/events/ni%3A%2F%2F%2Fsha-256%3B0d1f%3Fver%3DCBV2.0`, headers: {}, body: null },
};

const OF_COLLECTIONS = COLLECTIONS.map(({ path, value, parameter, example }): ApiBinding => ({
  ...EVENTS,
  name: `epcis_events_of_${path.toLowerCase()}`,
  summary: text(
    `Events by ${parameter.about.en.split(';')[0]?.toLowerCase()}`,
    `按${parameter.about.zh.split('；')[0]}查询事件`,
  ),
  description: text(
    `The same as the events with \`${parameter.name}\`; the other parameters narrow it.`,
    `等同于以 \`${parameter.name}\` 查询事件，可再用其他参数筛选。`,
  ),
  path: `${ROOT}/${path}/{${value}}/events`,
  parameters: [
    { ...parameter, in: 'path', name: value },
    ...QUERY.filter(({ name }) => name !== parameter.name),
    EPC_FORMAT,
    ...READS,
  ],
  example: { path: `${ROOT}/${path}/${encodeURIComponent(example)}/events`, headers: {}, body: null },
}));

const ABOUT = text(
  'GS1 EPCIS 2.0 with CBV 2.0: capture documents and events, and find them, as the standard’s REST binding has it.',
  'GS1 EPCIS 2.0 与 CBV 2.0：按标准的 REST 绑定采集与查询事件。',
);

export const epcis: ApiStandard = {
  code: 'epcis',
  name: 'GS1 EPCIS 2.0',
  about: ABOUT,
  headers: { 'GS1-EPCIS-Version': '2.0.0', 'GS1-CBV-Version': '2.0.0' },
  discovery: {
    'GS1-EPCIS-Min': '2.0.0',
    'GS1-EPCIS-Max': '2.0.0',
    'GS1-CBV-Min': '2.0.0',
    'GS1-CBV-Max': '2.0.0',
    'GS1-EPC-Format': 'Always_GS1_Digital_Link, No_Preference, Never_Translates',
    'GS1-EPCIS-Capture-Limit': `${EVENTS_MAX}`,
    'GS1-Capture-Error-Behaviour': 'all',
  },
  problemTypes: {
    query_invalid: 'epcisException:QueryParameterException',
    '400': 'epcisException:ValidationException',
    '401': 'epcisException:SecurityException',
    '403': 'epcisException:SecurityException',
    '404': 'epcisException:NoSuchResourceException',
    '406': 'epcisException:NotAcceptableException',
    '409': 'epcisException:ResourceAlreadyExistsException',
    '413': 'epcisException:CaptureLimitExceededException',
    '414': 'epcisException:URITooLongException',
    '415': 'epcisException:UnsupportedMediaTypeException',
    '500': 'epcisException:ImplementationException',
    '504': 'epcisException:QueryTooComplexException',
  },
  bindings: [CAPTURE, CAPTURE_JOBS, CAPTURE_JOB, POST_EVENT, EVENTS, EVENT, ...OF_COLLECTIONS],
};

/** At the edge documents are kept for the private side: each event for itself, and no events to read. */
export const edgeEpcis: ApiStandard = {
  ...epcis,
  about: text(
    'GS1 EPCIS 2.0, capture alone: documents are kept until the private side takes them in.',
    'GS1 EPCIS 2.0（仅采集）：文档在私有侧接收之前由边缘保存。',
  ),
  discovery: { ...epcis.discovery, 'GS1-Capture-Error-Behaviour': 'proceed' },
  bindings: [
    {
      ...CAPTURE,
      summary: text('Hand in a document', '提交事件文档'),
      description: text(
        'Up to 1,000 events, kept until the private side takes them in; the capture job runs as long.',
        '最多 1,000 条事件，在私有侧接收之前由边缘保存，期间采集任务处于运行中。',
      ),
      parameters: CAPTURE.parameters.map((known) =>
        known.to === 'captureErrorBehaviour'
          ? {
              ...known,
              pattern: '^proceed$',
              fallback: 'proceed',
              about: text('proceed: a bad event is refused alone', 'proceed：仅拒绝有误的事件'),
            }
          : known,
      ),
    },
    CAPTURE_JOB,
  ],
};
