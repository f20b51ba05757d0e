#!/usr/bin/env bash
# A serverless batch of Dataproc: BUCKET and IMAGE are yours, REGION has a default. The image holds the library; see docs/spark_jobs.md.
set -euo pipefail
: "${BUCKET:?the bucket of the customers}" "${IMAGE:?the image that holds the library}"

gcloud dataproc batches submit pyspark "gs://$BUCKET/jobs/job.py" \
  --region="${REGION:-europe-west3}" \
  --version=3.0 \
  --container-image="$IMAGE" \
  --archives="gs://$BUCKET/jobs/models.tar.gz#models" \
  -- \
  score \
  --customers "gs://$BUCKET/customers/" \
  --model cards \
  --models ./models \
  --out "gs://$BUCKET/personas/"
