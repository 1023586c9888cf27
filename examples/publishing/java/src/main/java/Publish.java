// Publish an event with the SDK for Java, version 2.

import java.time.Instant;
import java.util.UUID;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;

public class Publish {
    public static void main(String[] args) {
        String eventId = UUID.randomUUID().toString();
        // By the JSON library of your product, where values are not your own.
        String event = """
            {"accountId": 1010, "eventId": "%s", "timestamp": %d,
             "data": {"orderId": "o-1001", "customerId": "c-7", "status": "paid",
                      "total": {"amount": 59.90, "currency": "EUR"},
                      "lines": [{"sku": "TEE-M", "quantity": 2, "price": 29.95}]}}
            """.formatted(eventId, Instant.now().toEpochMilli());
        PutEventsRequestEntry entry = PutEventsRequestEntry.builder()
            .eventBusName("recado")
            .source("recado.publisher")
            .detailType("order.paid")
            .detail(event)
            .build();
        try (EventBridgeClient client = EventBridgeClient.create()) {
            var answer = client.putEvents(request -> request.entries(entry));
            if (answer.failedEntryCount() > 0) {
                throw new IllegalStateException("not published: " + answer.entries().get(0));
            }
        }
        System.out.println(eventId);
    }
}
