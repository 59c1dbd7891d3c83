//! The generated server.

use bench_server::{ErrorResponse, Images, RecoverImageInput, RecoverImageOutput, server, types};

struct Service;

impl Images for Service {
    async fn recover_image(
        &self,
        request: RecoverImageInput,
    ) -> Result<RecoverImageOutput, ErrorResponse> {
        std::hint::black_box((&request.session, &request.body.user_tags));
        let storage = |id| {
            types::StorageRef::new(id, meter::UUID)
                .install_path("ceph://images/f0b149e053b34c7eb7fe694b182ebffd")
        };
        let image = types::Image::new(request.image_uuid, "TinyLinux", [storage(1), storage(2)])
            .size(13_107_200)
            .state(types::ImageState::Enabled);
        Ok(RecoverImageOutput::Ok(types::RecoverReply::new(image)))
    }
}

fn main() {
    meter::server::run(server(Service).build());
}
