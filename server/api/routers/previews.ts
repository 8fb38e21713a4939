import { z } from 'zod';
import { PreviewId } from '../../domain/ids.ts';
import { createPreview } from '../../services/previews/create-preview.ts';
import { readPreview } from '../../services/previews/read-preview.ts';
import { CreatedPreview, CreatePreviewInput, PreviewView } from '../../services/views/previews.ts';
import { procedure, router } from '../trpc.ts';

export const previewsRouter = router({
  create: procedure
    .input(CreatePreviewInput)
    .output(CreatedPreview)
    .mutation(({ ctx, input }) => createPreview(ctx, input)),
  byId: procedure
    .input(z.object({ previewId: PreviewId }))
    .output(PreviewView)
    .query(({ ctx, input }) => readPreview(ctx, input.previewId)),
});
