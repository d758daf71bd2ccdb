import { GetBucketVersioningCommand, GetObjectLockConfigurationCommand } from '@aws-sdk/client-s3'
import { Connection } from '@temporalio/client'
import { expect, inject, test } from 'vitest'
import { freshPrefix, testS3Client } from '../support/bucket.ts'
import { asSuperuser, createDatabase, dropDatabase } from '../support/postgres.ts'

test('Temporal answers, with the search attributes that runs are listed by', async () => {
  const { address, namespace } = inject('stack').temporal
  const connection = await Connection.connect({ address })
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace })
    expect(Object.keys(customAttributes ?? {})).toEqual(
      expect.arrayContaining([
        'ReversibilityContract',
        'ReversibilityKind',
        'ReversibilityPhase',
        'ReversibilityFindings',
      ]),
    )
  } finally {
    await connection.close()
  }
})

test('the bucket keeps versions and can lock objects', async () => {
  const client = testS3Client()
  try {
    const { bucket } = freshPrefix()
    const versioning = await client.send(new GetBucketVersioningCommand({ Bucket: bucket }))
    expect(versioning.Status).toBe('Enabled')
    const lock = await client.send(new GetObjectLockConfigurationCommand({ Bucket: bucket }))
    expect(lock.ObjectLockConfiguration?.ObjectLockEnabled).toBe('Enabled')
  } finally {
    client.destroy()
  }
})

test('PostgreSQL gives databases of their own to tests, as a superuser, in UTF-8', async () => {
  const database = await createDatabase()
  try {
    const sql = `SELECT current_database() AS name, current_setting('is_superuser') AS super, upper('é') AS upper`
    const { rows } = await asSuperuser(sql, database.name)
    expect(rows).toEqual([{ name: database.name, super: 'on', upper: 'É' }])
  } finally {
    await dropDatabase(database.name)
  }
})
