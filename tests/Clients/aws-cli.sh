#!/usr/bin/env bash
# What an operator does with the AWS CLI, version 1 or 2, against the endpoint in AWS_ENDPOINT_URL. Ends at the first call that did not do what AWS does.
set -uo pipefail
name=cli-$(date +%s)-$$
patience=60
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1

# Version 1 would presign in a way that S3 takes from old buckets only.
printf '[default]\ns3 =\n  signature_version = s3v4\n' > config
export AWS_CONFIG_FILE=$scratch/config

# Version 1 takes binary parameters as they are, version 2 when it is told to.
export AWS_PAGER='' AWS_CLI_AUTO_PROMPT=off
raw=()
case $(aws --version 2>&1) in aws-cli/1.*) ;; *) raw=(--cli-binary-format raw-in-base64-out) ;; esac

fail() { echo "$1: came $2" >&2; exit 1; }
# call SERVICE OPERATION ARGUMENT...: its output, or the end.
call() {
  local came
  came=$(aws --endpoint-url "$AWS_ENDPOINT_URL" --output text "${raw[@]}" "$@" 2>&1) || fail "$1 $2" "$came"
  printf '%s' "$came"
}
equal() { [ "$2" = "$3" ] || fail "$1" "$2 where $3 was expected"; }
holds() { case $2 in *"$3"*) ;; *) fail "$1" "$2 without $3" ;; esac; }
# refused CODE SERVICE OPERATION ARGUMENT...
refused() {
  local came
  came=$(aws --endpoint-url "$AWS_ENDPOINT_URL" --output text "${raw[@]}" "${@:2}" 2>&1) && fail "$2 $3 should be refused with $1" "$came"
  holds "$2 $3" "$came" "($1)"
}
# until_equal WANTED SERVICE OPERATION ARGUMENT...
until_equal() {
  local end=$((SECONDS + patience)) came
  until came=$(call "${@:2}") || exit 1; [ "$came" = "$1" ]; do [ $SECONDS -lt $end ] || fail "$2 $3 within $patience s" "$came"; done
}

workflows() {
  local machine bus queue arn request execution pages
  machine=$(call stepfunctions list-state-machines --page-size 1 --query 'stateMachines[?contains(name, `ErasureWorkflow`)].stateMachineArn') || exit 1
  holds 'describe-state-machine' "$(call stepfunctions describe-state-machine --state-machine-arn "$machine" --query '[status, definition]')" '"StartAt"'
  bus=$(call events list-event-buses --query 'EventBuses[?Name!=`default`].Name') || exit 1
  call dynamodb put-item --table-name shop-customers --item "{\"customer_id\": {\"S\": \"C-$name\"}, \"name\": {\"S\": \"A name\"}}" || exit 1
  request=$(cat /proc/sys/kernel/random/uuid)
  cat > entries.json <<JSON
[{"Source": "com.example.shop", "DetailType": "ErasureRequested", "EventBusName": "$bus", "Detail": "{\
  \"regulation\": \"gdpr\", \"subject_request_id\": \"$request\", \"subject_request_type\": \"erasure\", \"submitted_time\": \"$(date -u +%FT%TZ)\", \"api_version\": \"2.0\",\
  \"subject_identities\": [{\"identity_type\": \"customer_id\", \"identity_value\": \"C-$name\", \"identity_format\": \"raw\"},\
    {\"identity_type\": \"email\", \"identity_value\": \"$name@example.com\", \"identity_format\": \"raw\"}]}"}]
JSON
  equal 'put-events' "$(call events put-events --entries file://entries.json --query FailedEntryCount)" 0
  until_equal None dynamodb get-item --table-name shop-customers --key "{\"customer_id\": {\"S\": \"C-$name\"}}" --consistent-read --query Item
  execution=$(call stepfunctions list-executions --state-machine-arn "$machine" --max-items 1 --query 'executions[0].executionArn' | head -n 1) || exit 1
  until_equal SUCCEEDED stepfunctions describe-execution --execution-arn "$execution" --query status
  call stepfunctions get-execution-history --execution-arn "$execution" --query 'events[].[id, type]' > whole.txt || exit 1
  call stepfunctions get-execution-history --execution-arn "$execution" --page-size 25 --query 'events[].[id, type]' > paged.txt || exit 1
  cmp -s whole.txt paged.txt || fail 'get-execution-history paged' "$(cat paged.txt)"
  holds 'get-execution-history' "$(tail -n 1 whole.txt)" ExecutionSucceeded
  refused ExecutionDoesNotExist stepfunctions describe-execution --execution-arn "$execution-none"
}

tables() {
  local arn backup
  arn=$(call dynamodb create-table --table-name "$name" --billing-mode PAY_PER_REQUEST --attribute-definitions AttributeName=id,AttributeType=S \
    --key-schema AttributeName=id,KeyType=HASH --tags Key=team,Value=privacy --query TableDescription.TableArn) || exit 1
  call dynamodb wait table-exists --table-name "$name" || exit 1
  call dynamodb put-item --table-name "$name" --item '{"id": {"S": "1"}}' || exit 1
  call dynamodb tag-resource --resource-arn "$arn" --tags Key=stage,Value=test || exit 1
  equal 'list-tags-of-resource' "$(call dynamodb list-tags-of-resource --resource-arn "$arn" --query 'sort_by(Tags, &Key)[].Value' | tr '\t' ' ')" 'test privacy'
  backup=$(call dynamodb create-backup --table-name "$name" --backup-name nightly --query BackupDetails.BackupArn) || exit 1
  until_equal AVAILABLE dynamodb describe-backup --backup-arn "$backup" --query BackupDescription.BackupDetails.BackupStatus
  equal 'restore-table-from-backup' "$(call dynamodb restore-table-from-backup --backup-arn "$backup" --target-table-name "$name-restored" --query TableDescription.TableStatus)" CREATING
  until_equal ACTIVE dynamodb describe-table --table-name "$name-restored" --query Table.TableStatus
  equal 'scan' "$(call dynamodb scan --table-name "$name-restored" --consistent-read --select COUNT --query Count)" 1
  refused ResourceNotFoundException dynamodb describe-table --table-name "$name-none"
}

objects() {
  local key='people/é +1&<>/läbel.txt' version url
  call s3api create-bucket --bucket "$name" --create-bucket-configuration LocationConstraint=eu-west-1 > bucket.txt || exit 1
  call s3api put-bucket-versioning --bucket "$name" --versioning-configuration Status=Enabled || exit 1
  for number in 1 2 3; do
    printf 'version %s' $number > body.txt
    version=$(call s3api put-object --bucket "$name" --key "$key" --body body.txt --metadata "created=$number" --query VersionId) || exit 1
  done
  equal 'delete-object' "$(call s3api delete-object --bucket "$name" --key "$key" --query DeleteMarker)" True
  refused 404 s3api head-object --bucket "$name" --key "$key"
  equal 'list-object-versions paged' "$(call s3api list-object-versions --bucket "$name" --prefix people/ --page-size 2 --query '[Versions, DeleteMarkers][].VersionId' | wc -w)" 4
  call s3api get-object --bucket "$name" --key "$key" --version-id "$version" --range bytes=-1 got.txt > answer.txt || exit 1
  equal 'get-object of a range of a version' "$(cat got.txt)" 3
  equal 'copy-object' "$(call s3api copy-object --bucket "$name" --key copy --copy-source "$name/$key?versionId=$version" --tagging-directive REPLACE --tagging kind=copy --query CopySourceVersionId)" "$version"
  equal 'get-object-tagging' "$(call s3api get-object-tagging --bucket "$name" --key copy --query 'TagSet[].Value')" copy
  head -c 9000000 /dev/zero > large.bin
  call s3 cp --only-show-errors large.bin "s3://$name/large" || exit 1
  holds 'head-object of a multipart upload' "$(call s3api head-object --bucket "$name" --key large --query '[ContentLength, ETag]')" '-2"'
  url=$(call s3 presign "s3://$name/copy") || exit 1
  equal 'A presigned GET' "$(curl -s --noproxy '*' "$url")" 'version 3'
  call s3 cp --only-show-errors "s3://$name/copy" copied.txt || exit 1
  equal 's3 cp' "$(cat copied.txt)" 'version 3'
  refused BucketNotEmpty s3api delete-bucket --bucket "$name"
}

queues() {
  local dead queue handle
  dead=$(call sqs create-queue --queue-name "$name-dead" --query QueueUrl) || exit 1
  queue=$(call sqs create-queue --queue-name "$name" --attributes "{\"RedrivePolicy\": \"{\\\"deadLetterTargetArn\\\":\\\"arn:aws:sqs:eu-west-1:000000000000:$name-dead\\\",\\\"maxReceiveCount\\\":1}\"}" --query QueueUrl) || exit 1
  holds 'get-queue-attributes' "$(call sqs get-queue-attributes --queue-url "$queue" --attribute-names RedrivePolicy --query Attributes.RedrivePolicy)" "$name-dead"
  equal 'send-message-batch' "$(call sqs send-message-batch --queue-url "$queue" --entries "$(printf '[{"Id": "good", "MessageBody": "läbel"}, {"Id": "bad", "MessageBody": "\\u0001"}]')" --query '[Successful[0].Id, Failed[0].Id, Failed[0].Code]' | tr '\t' ' ')" 'good bad InvalidMessageContents'
  handle=$(call sqs receive-message --queue-url "$queue" --query 'Messages[0].ReceiptHandle') || exit 1
  call sqs change-message-visibility --queue-url "$queue" --receipt-handle "$handle" --visibility-timeout 0 || exit 1
  equal 'receive-message after the last try' "$(call sqs receive-message --queue-url "$queue")" ''
  equal 'receive-message of the dead letter' "$(call sqs receive-message --queue-url "$dead" --query 'Messages[0].Body')" läbel
  refused AWS.SimpleQueueService.NonExistentQueue sqs get-queue-url --queue-name "$name-none"
}

keys() {
  local key sealed
  key=$(call kms create-key --query KeyMetadata.KeyId) || exit 1
  call kms encrypt --key-id "$key" --plaintext secret --encryption-context datastore=orders --query CiphertextBlob | base64 -d > sealed.bin || exit 1
  equal 'decrypt' "$(call kms decrypt --ciphertext-blob fileb://sealed.bin --encryption-context datastore=orders --query Plaintext | base64 -d)" secret
  refused InvalidCiphertextException kms decrypt --ciphertext-blob fileb://sealed.bin --encryption-context datastore=customers
}

functions() {
  local function
  function=$(call lambda list-functions --page-size 10 --query 'Functions[?Handler==`CheckLedger`].FunctionName') || exit 1
  equal 'invoke' "$(call lambda invoke --function-name "$function" --payload '{}' answer.json --query StatusCode)" 200
  holds "invoke's answer" "$(cat answer.json)" '"scanned"'
  holds 'list-schedules' "$(call scheduler list-schedules --page-size 1 --query 'Schedules[].Target.Arn')" "$function"
}

# Each call starts a program that takes long to start: side by side.
parts=()
for part in workflows tables objects queues keys functions; do
  (mkdir $part && cd $part && $part) &
  parts+=($!)
done
status=0
for part in "${parts[@]}"; do wait "$part" || status=1; done
[ $status -eq 0 ] && aws --version && echo 'found everything as AWS has it'
exit $status
