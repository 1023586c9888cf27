// Receive Recado's webhooks with the JDK's server: verify, keep, answer. Java 17 or later, Maven.
//
//     mvn -q compile
//
//     export WEBHOOK_SECRET=whsec_… PORT=9000
//     mvn -q exec:java

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

public class Receive {
    static final int MOST_BYTES = 1_000_000;
    static final Set<String> KEPT = ConcurrentHashMap.newKeySet();
    static final Gson GSON = new Gson();

    record Event(String eventId, String eventName) {}

    record Post(List<Event> events) {}

    // Keep an event once. Yours: insert it into a table whose key is the event's id, and let a job of its own work on
    // the rows: what is done before the answer is done again when the answer is late.
    static void keep(Event event) {
        if (KEPT.add(event.eventId())) System.out.println("kept " + event.eventName() + " " + event.eventId());
    }

    static int answer(Webhook webhook, HttpExchange exchange) throws IOException {
        // The server has no limit of its own.
        byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
        if (body.length > MOST_BYTES) return 413;
        // Always as UTF-8: until Java 18 the usual one is the machine's, and the signature another.
        String text = new String(body, UTF_8);
        try {
            webhook.verify(text, exchange.getRequestHeaders());
        } catch (WebhookVerificationException error) {
            return 401;
        }
        GSON.fromJson(text, Post.class).events().forEach(Receive::keep);
        return 202;
    }

    public static void main(String[] arguments) throws IOException {
        Webhook webhook = new Webhook(System.getenv("WEBHOOK_SECRET"));
        int port = Integer.parseInt(System.getenv("PORT"));
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        // Or one POST at a time, each behind the slowest.
        server.setExecutor(Executors.newFixedThreadPool(16));
        server.createContext("/hook", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(answer(webhook, exchange), -1);
            }
        });
        server.start();
    }
}
