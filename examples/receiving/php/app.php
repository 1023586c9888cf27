<?php
// Receive Recado's webhooks with Symfony: verify, keep, answer. PHP 8.0 or later, Symfony 5.4 or later.
//
// With symfony/framework-bundle from Composer, or from the system's packages (in Debian php-symfony-framework-bundle):
//
//     export WEBHOOK_SECRET=whsec_… PORT=9000
//     php -S 127.0.0.1:$PORT app.php

declare(strict_types=1);

use Symfony\Bundle\FrameworkBundle\FrameworkBundle;
use Symfony\Bundle\FrameworkBundle\Kernel\MicroKernelTrait;
use Symfony\Component\DependencyInjection\Loader\Configurator\ContainerConfigurator;
use Symfony\Component\HttpFoundation\Request;
use Symfony\Component\HttpFoundation\Response;
use Symfony\Component\HttpKernel\Kernel;
use Symfony\Component\Routing\Loader\Configurator\RoutingConfigurator;

$composer = __DIR__ . '/vendor/autoload.php';
require is_file($composer) ? $composer : 'Symfony/Bundle/FrameworkBundle/autoload.php';

const TOLERANCE_SECONDS = 300;
const MOST_BYTES = 1_000_000;

class App extends Kernel
{
    use MicroKernelTrait;

    public function registerBundles(): iterable
    {
        return [new FrameworkBundle()];
    }

    protected function configureContainer(ContainerConfigurator $container): void
    {
        // Or Symfony would look for a `_method` in what calls itself a form.
        $container->extension('framework', ['http_method_override' => false]);
    }

    protected function configureRoutes(RoutingConfigurator $routes): void
    {
        // Without a slash at its end: a POST to the other spelling is redirected, and Recado follows no redirect.
        $routes->add('hook', '/hook')->controller([$this, 'hook'])->methods(['POST']);
    }

    public function hook(Request $request): Response
    {
        // The bytes as they came, from php://input, read to a limit: `post_max_size` of php.ini does not cut this, it only
        // leaves $_POST empty.
        $body = stream_get_contents($request->getContent(true), MOST_BYTES + 1);
        if (strlen($body) > MOST_BYTES) {
            return new Response('', 413);
        }
        if (!verified((string) getenv('WEBHOOK_SECRET'), $request, $body)) {
            return new Response('', 401);
        }
        array_map('keep', json_decode($body, true, 512, JSON_THROW_ON_ERROR)['events']);
        return new Response('', 202);
    }
}

/** Whether a POST is genuine and fresh; $body is its bytes as they came. */
function verified(string $secret, Request $request, string $body): bool
{
    $headers = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
    [$id, $timestamp, $signatures] = array_map(fn ($name) => $request->headers->get($name, ''), $headers);
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

/**
 * Keep an event once. Yours: insert it into a table whose key is the event's id, and let a worker of its own, such as
 * one of Messenger's, do the work: what is done before the answer is done again when the answer is late.
 */
function keep(array $event): void
{
    $file = sys_get_temp_dir() . '/webhook-event-' . hash('sha256', $event['eventId']);
    if (@fopen($file, 'x') !== false) { // 'x' fails where the file is there already
        error_log("kept {$event['eventName']} {$event['eventId']}");
    }
}

$app = new App('prod', false);
$request = Request::createFromGlobals();
$response = $app->handle($request);
$response->send();
$app->terminate($request, $response);
