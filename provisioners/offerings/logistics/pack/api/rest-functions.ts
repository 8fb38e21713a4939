/** What the paths of the EPCIS standard call beside `query_events`. Documents and events may carry members of other vocabularies. */
import { z } from 'zod';
import { EpcFormat, EpcisEvent, EXAMPLE_DOCUMENT, EXAMPLE_EVENT } from './event-functions.ts';
import { EventId, words, type FunctionSpec } from './spec.ts';

const CaptureId = z.string().min(1).max(100);
const EventList = z.array(z.unknown()).min(1).max(1_000);

export const submitDocument = {
  summary: words('Hand in a document of events', '提交事件文档'),
  description: words(
    'Captures as `capture` does, and always leaves a capture job: one that failed says why, event by event, and captured nothing unless it was to proceed. Takes an EPCISQueryDocument, too.',
    '与 `capture` 一样采集，并始终生成采集任务：失败的任务逐条说明原因，除非选择继续处理，否则不采集任何事件。也接受 EPCISQueryDocument。',
  ),
  body: z.looseObject({
    type: z.enum(['EPCISDocument', 'EPCISQueryDocument']),
    schemaVersion: z.string().optional(),
    captureErrorBehaviour: z.enum(['rollback', 'proceed']).optional(),
    epcisBody: z.union([
      z.looseObject({ eventList: EventList }),
      z.looseObject({ queryResults: z.looseObject({ resultsBody: z.looseObject({ eventList: EventList }) }) }),
    ]),
  }),
  writes: true,
  status: 201,
  errors: [],
  example: EXAMPLE_DOCUMENT,
  module: null,
} as const satisfies FunctionSpec;

export const readCaptureJob = {
  summary: words('What became of a document', '查询采集任务'),
  description: words(
    'A capture job: whether it runs, whether it succeeded, and each event that was refused with the reason.',
    '采集任务：是否仍在运行、是否成功，以及每条被拒绝事件的原因。',
  ),
  body: z.strictObject({ captureID: CaptureId }),
  writes: false,
  status: 200,
  errors: ['ICL08'],
  example: { captureID: '0198f6c2-6f2e-7c3a-9d5b-0f7a1e2b3c4d' },
  module: null,
} as const satisfies FunctionSpec;

export const restFunctions = {
  submit_document: submitDocument,
  submit_event: {
    summary: words('Hand in one event', '提交单条事件'),
    description: words(
      'Captures one event and answers it as it is stored. One that is known is answered again; an id that belongs to another event is refused.',
      '采集单条事件并返回存储后的内容。已有事件再次提交时原样返回；编号已属于其他事件时拒绝。',
    ),
    body: EpcisEvent,
    writes: true,
    status: 201,
    errors: ['ICL09'],
    example: EXAMPLE_EVENT,
    module: null,
  },
  read_event: {
    summary: words('One event', '查询单条事件'),
    description: words('An event by its id, in an EPCISQueryDocument.', '按编号返回事件，以 EPCISQueryDocument 表示。'),
    body: z.strictObject({ eventID: EventId, epcFormat: EpcFormat.optional() }),
    writes: false,
    status: 200,
    errors: ['ICL08'],
    example: { eventID: 'ni:///sha-256;0d1f?ver=CBV2.0' },
    module: null,
  },
  read_capture_job: readCaptureJob,
  list_capture_jobs: {
    summary: words('Capture jobs', '采集任务列表'),
    description: words('The latest first, page by page.', '按时间从晚到早分页返回。'),
    body: z.strictObject({
      perPage: z.int().min(1).max(500).optional(),
      nextPageToken: z.string().max(100).optional(),
    }),
    writes: false,
    status: 200,
    errors: [],
    example: { perPage: 30 },
    module: null,
  },
} as const satisfies Record<string, FunctionSpec>;
