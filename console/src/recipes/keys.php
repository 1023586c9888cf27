<?php
// Receive Recado's webhooks: verify by public keys, keep, answer. PHP 8.0 or later with sodium, no packages.
//
//     WEBHOOK_KEYS='https://…/accounts/1010/webhook-keys.json?webhookId=wh_…' php -S 127.0.0.1:9000 keys.php

declare(strict_types=1);

const TOLERANCE_SECONDS = 300;
const MOST_BYTES = 1_000_000;
const HOUR = 3600;
const MINUTE = 60;

/** The public keys of the webhook, fetched again where they are older than that. */
function keys_younger_than(int $seconds, string $url): array
{
    $file = sys_get_temp_dir() . '/webhook-keys-' . hash('sha256', $url);
    clearstatcache();
    if (!is_file($file) || time() - filemtime($file) >= $seconds) {
        $answer = file_get_contents($url, false, stream_context_create(['http' => ['timeout' => 3]]));
        json_decode($answer, true, 512, JSON_THROW_ON_ERROR); // where that fails, 500 is answered: the POST comes again
        file_put_contents("$file." . getmypid(), $answer);
        rename("$file." . getmypid(), $file);
    }
    $keys = json_decode(file_get_contents($file), true, 512, JSON_THROW_ON_ERROR)['keys'];
    return array_column(array_filter($keys, fn ($key) => $key['crv'] === 'Ed25519'), 'x');
}

/** Whether this key has signed the content. */
function signed(string $x, string $encoded, string $content): bool
{
    $key = sodium_base642bin($x, SODIUM_BASE64_VARIANT_URLSAFE_NO_PADDING);
    $signature = base64_decode($encoded, true);
    return is_string($signature)
        && strlen($signature) === SODIUM_CRYPTO_SIGN_BYTES
        && sodium_crypto_sign_verify_detached($signature, $content, $key);
}

/** Whether a POST is genuine and fresh; $body is its bytes as they came. */
function verified(string $url, string $id, string $timestamp, string $given, string $body): bool
{
    $signatures = array_filter(explode(' ', $given), fn ($each) => str_starts_with($each, 'v1a,'));
    if (!ctype_digit($timestamp) || abs(time() - (int) $timestamp) > TOLERANCE_SECONDS || !$signatures) {
        return false;
    }
    // Earlier keys sign along for 24 hours after a rotation. What no key has signed is looked at with the newest ones,
    // which nobody can make you fetch more often than once a minute.
    foreach ([HOUR, MINUTE] as $seconds) {
        foreach (keys_younger_than($seconds, $url) as $x) {
            foreach ($signatures as $signature) {
                if (signed($x, substr($signature, strlen('v1a,')), "$id.$timestamp.$body")) {
                    return true;
                }
            }
        }
    }
    return false;
}

/** Keep an event once. Yours: insert it into a table whose key is the event's id, and work on it later. */
function keep(array $event): void
{
    $file = sys_get_temp_dir() . '/webhook-event-' . hash('sha256', $event['eventId']);
    if (@fopen($file, 'x') !== false) { // 'x' fails where the file is there already
        error_log("kept {$event['eventName']} {$event['eventId']}");
    }
}

function answer(string $url, array $server): int
{
    $body = file_get_contents('php://input', false, null, 0, MOST_BYTES + 1);
    if (strlen($body) > MOST_BYTES) {
        return 413;
    }
    $headers = ['HTTP_WEBHOOK_ID', 'HTTP_WEBHOOK_TIMESTAMP', 'HTTP_WEBHOOK_SIGNATURE'];
    [$id, $timestamp, $signatures] = array_map(fn ($name) => $server[$name] ?? '', $headers);
    if (!verified($url, $id, $timestamp, $signatures, $body)) {
        return 401;
    }
    array_map('keep', json_decode($body, true, 512, JSON_THROW_ON_ERROR)['events']);
    return 202;
}

http_response_code(answer(getenv('WEBHOOK_KEYS'), $_SERVER));
