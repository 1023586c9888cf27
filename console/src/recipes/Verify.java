// Receive Recado's webhooks: verify, keep, answer. Java 17 or later, JDK only.
//
//     WEBHOOK_SECRET=whsec_… PORT=9000 java Verify.java

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

class Verify {
    static final long TOLERANCE_SECONDS = 300;
    static final int MOST_BYTES = 1_000_000;
    static final Set<String> KEPT = ConcurrentHashMap.newKeySet();

    /** Whether a POST is genuine and fresh; `body` is its bytes as they came. */
    static boolean verified(String secret, Headers headers, byte[] body) throws GeneralSecurityException {
        String id = headers.getFirst("webhook-id");
        String timestamp = Optional.ofNullable(headers.getFirst("webhook-timestamp")).orElse("");
        if (!timestamp.matches("[0-9]{1,15}")) return false;
        long age = Math.abs(Instant.now().getEpochSecond() - Long.parseLong(timestamp));
        if (age > TOLERANCE_SECONDS) return false;
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.replaceFirst("^whsec_", "")), "HmacSHA256"));
        mac.update((id + "." + timestamp + ".").getBytes(UTF_8));
        byte[] expected = ("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body))).getBytes(UTF_8);
        // For 24 hours after a rotation there are two signatures: one of them is by the secret you have.
        for (String signature : Optional.ofNullable(headers.getFirst("webhook-signature")).orElse("").split(" ")) {
            if (MessageDigest.isEqual(expected, signature.getBytes(UTF_8))) return true;
        }
        return false;
    }

    /** Keep a POST once. Yours: parse its events, and insert each into a table whose key is the event's id. */
    static void keep(String id, byte[] body) {
        if (KEPT.add(id)) System.out.println("kept " + id + " " + new String(body, UTF_8));
    }

    static int answer(HttpExchange exchange) throws IOException, GeneralSecurityException {
        byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
        if (body.length > MOST_BYTES) return 413;
        Headers headers = exchange.getRequestHeaders();
        if (!verified(System.getenv("WEBHOOK_SECRET"), headers, body)) return 401;
        keep(headers.getFirst("webhook-id"), body);
        return 202;
    }

    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(System.getenv("PORT"));
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        // Or one POST at a time, each behind the slowest.
        server.setExecutor(Executors.newFixedThreadPool(16));
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(answer(exchange), -1);
            } catch (GeneralSecurityException error) {
                throw new IOException(error);
            }
        });
        server.start();
    }
}
