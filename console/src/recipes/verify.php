<?php
// Receive Recado's webhooks: verify, keep, answer. PHP 8.0 or later, no packages.
//
//     WEBHOOK_SECRET=whsec_… php -S 127.0.0.1:9000 verify.php

declare(strict_types=1);

const TOLERANCE_SECONDS = 300;
const MOST_BYTES = 1_000_000;

/** Whether a POST is genuine and fresh; $body is its bytes as they came. */
function verified(string $secret, string $id, string $timestamp, string $signatures, string $body): bool
{
    if (!ctype_digit($timestamp) || abs(time() - (int) $timestamp) > TOLERANCE_SECONDS) {
        return false;
    }
    $key = base64_decode(preg_replace('/^whsec_/', '', $secret));
    if ($key === '') {
        throw new RuntimeException('WEBHOOK_SECRET is empty: anybody could sign with it');
    }
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
    // For 24 hours after a rotation there are two signatures: one of them is by the secret you have.
    foreach (explode(' ', $signatures) as $signature) {
        if (hash_equals($expected, $signature)) {
            return true;
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

function answer(string $secret, array $server): int
{
    $body = file_get_contents('php://input', false, null, 0, MOST_BYTES + 1);
    if (strlen($body) > MOST_BYTES) {
        return 413;
    }
    $headers = ['HTTP_WEBHOOK_ID', 'HTTP_WEBHOOK_TIMESTAMP', 'HTTP_WEBHOOK_SIGNATURE'];
    [$id, $timestamp, $signatures] = array_map(fn ($name) => $server[$name] ?? '', $headers);
    if (!verified($secret, $id, $timestamp, $signatures, $body)) {
        return 401;
    }
    array_map('keep', json_decode($body, true, 512, JSON_THROW_ON_ERROR)['events']);
    return 202;
}

http_response_code(answer(getenv('WEBHOOK_SECRET'), $_SERVER));
